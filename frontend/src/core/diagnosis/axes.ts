/** Axes that are not there, and letters of `einsum` that stand for several sizes. */

import { tell } from "../explain/said";
import { calling, replaced } from "./changes";
import { type FailedCall, type Operand, sized } from "./failed-call";
import type { Explained, Kind } from "./kind";

export const AXES: readonly Kind[] = [
  {
    says: /^Dimension out of range \(expected to be in range of \[(-?\d+), (-?\d+)\], but got (-?\d+)\)/,
    explain: axis,
  },
  { says: /^einsum\(\): subscript (\w) has size/, explain: subscripts },
];

function axis(call: FailedCall, [, , most = "", asked = ""]: string[]): Explained | null {
  const [a] = call.operands;
  if (!a) return null;
  const given = call.call?.args.find(({ value }) => value.text === asked);
  return {
    happened: [call.tell("axisRange", { a: a.name, shape: sized(a.shape), most, asked })],
    meaning: "meansAxis",
    marks: [call.mark(a, "markShape", { shape: sized(a.shape) })],
    tries: given ? [replaced(call, tell("fixAxis", { axis: "-1" }), given.value, "-1")] : [],
  };
}

function subscripts(call: FailedCall, [, letter = ""]: string[]): Explained | null {
  const [equation] = call.call?.args ?? [];
  const terms = /^['"]([\w\s,]+)(?:->|['"])/
    .exec(equation?.value.text ?? "")?.[1]
    ?.replace(/\s/g, "")
    .split(",");
  if (!terms || terms.length !== call.operands.length) return null;
  const letters = [...new Set(terms.join(""))];
  const sizeOf = (term: string, { shape }: Operand, each: string) => shape[term.indexOf(each)];
  const sizes = call.operands.flatMap((operand, i) => sizeOf(terms[i] ?? "", operand, letter) ?? []);
  return {
    happened: [call.tell("subscriptSizes", { letter, sizes: [...new Set(sizes)].join(", ") })],
    meaning: "meansSubscripts",
    fit: {
      rows: [
        { name: equation?.value.text ?? "", cells: letters.map((text) => ({ text, state: "free" })) },
        ...call.operands.map((operand, i) => ({
          name: operand.name,
          cells: letters.map((each) => {
            const size = sizeOf(terms[i] ?? "", operand, each);
            const state = each === letter ? ("clash" as const) : ("fits" as const);
            return size === undefined ? null : { text: String(size), state };
          }),
        })),
      ],
    },
    marks: call.operands.map((each) => call.mark(each, "markShape", { shape: sized(each.shape) })),
    tries: call.operands.flatMap((each) => (each.shape.length === 2 ? calling(call, each, ".T") : [])),
  };
}
