/** The layer whose weight a failed call was given: what it is called, how it was made. */

import { replaceSpan } from "../explain/edits";
import { callOf } from "../explain/expression";
import { lineText } from "../explain/places";
import { tell } from "../explain/said";
import { at } from "../lists";
import type { FailedCall, Operand } from "./failed-call";
import type { Fix } from "./types";

export interface Layer {
  /** `model.0`, or the code that made it. */
  name: string;
  weight: Operand;
  /** `nn.Linear(5, 1)` and where it stands. */
  made: string;
  span: number;
}

export function layerOf(call: FailedCall): Layer | null {
  const { run } = call;
  for (const weight of call.operands.slice(1)) {
    const { op } = at(run.trace.tensors, weight.tensor);
    const maker = op === null ? null : at(run.trace.ops, op);
    if (maker?.name !== "Parameter" || maker.span === null) continue;
    const made = run.source(maker.span);
    if (!/^[\w.]*[A-Z]\w*\(/.test(made)) continue;
    const named = /^(.+)\.(?:weight|bias)$/.exec(run.namesUntil(weight.tensor, call.event)[0] ?? "")?.[1];
    return { name: named ?? made, weight, made, span: maker.span };
  }
  return null;
}

/** `{layer}`, `{made}` and where that stands. */
export function holes(call: FailedCall, { name, made, span }: Layer) {
  const { cell, line } = lineText(call.run, span);
  return { layer: name, made, madeCell: cell, madeLine: line };
}

/** The layer made with another first argument. */
export function madeFor({ run }: FailedCall, { made, span }: Layer, size: number, before = ""): Fix[] {
  const first = callOf(made)?.args[0]?.value;
  if (!first) return [];
  const text = before + made.slice(0, first.from) + size + made.slice(first.to);
  return [{ label: tell("fixMade", { text }), edits: [replaceSpan(run, span, text)] }];
}
