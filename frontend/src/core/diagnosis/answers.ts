/** As many targets as samples. */

import { calling } from "./changes";
import { type FailedCall, sized } from "./failed-call";
import { sideBySide } from "./fit";
import type { Explained, Kind } from "./kind";

export const ANSWERS: readonly Kind[] = [
  { says: /^Expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)/, explain: answers },
];

function answers(call: FailedCall, [, samples = "", targets = ""]: string[]): Explained | null {
  const [a, b] = call.operands;
  if (!a || !b) return null;
  return {
    happened: [call.tell("batchSizes", { a: a.name, b: b.name, samples, targets })],
    meaning: "meansBatch",
    fit: sideBySide([a, b], (axis) => axis > 0),
    marks: [a, b].map((each) => call.mark(each, "markShape", { shape: sized(each.shape) })),
    tries: a.shape.length === 2 && String(a.shape[1]) === targets ? calling(call, a, ".T") : [],
  };
}
