/** Dtypes that do not fit: products of two, whole numbers where fractions are needed, classes that are fractions. */

import { tell } from "../explain/said";
import { anew, calling } from "./changes";
import type { FailedCall, Operand } from "./failed-call";
import { facts } from "./fit";
import type { Explained, Kind } from "./kind";
import type { Fix } from "./types";

export const DTYPES: readonly Kind[] = [
  { says: /^expected m1 and m2 to have the same dtype/, explain: pair },
  { says: /^mat1 and mat2 must have the same dtype/, explain: pair },
  { says: /^dot : expected both vectors to have same dtype/, explain: pair },
  { says: /^Input type \(.*\) and weight type/, explain: pair },
  { says: /^expected target dtype to be Long or Byte, but got/, explain: classes },
  { says: /^expected scalar type Long but found/, explain: classes },
  { says: /^result type (\w+) can't be cast to the desired output type (\w+)/, explain: written },
  { says: /^\w+\(\): could not infer output dtype\. Input dtype must be either/, explain: whole },
  { says: /^".*" not implemented for '(?:Long|Int|Short|Byte|Char|Bool)'/, explain: whole },
  { says: /^linalg\..*Expected a floating point or complex tensor/, explain: whole },
  { says: /^tensors used as indices must be long/, explain: indices },
];

const METHODS: Record<string, string> = { float32: ".float()", float64: ".double()", int64: ".long()" };
const isFloating = ({ dtype }: Operand) => dtype.startsWith("float") || dtype === "bfloat16";

function listed(operands: readonly Operand[], odd: (operand: Operand) => boolean) {
  return facts(operands.map((each) => ({ name: each.name, text: each.dtype, clash: odd(each) })));
}

function pair(call: FailedCall): Explained | null {
  const [a] = call.operands;
  const b = call.operands.find(({ dtype }) => dtype !== a?.dtype);
  if (!a || !b) return null;
  // Weights stay what they are; of two the narrower float is what networks compute in.
  const to = (one: Operand, other: Operand): Fix[] => {
    const method = METHODS[other.dtype];
    return method && isFloating(other) ? calling(call, one, method) : [];
  };
  const wide = a.dtype === "float64" || !isFloating(a);
  return {
    happened: [call.tell("dtypePair", { a: a.name, b: b.name, left: a.dtype, right: b.dtype })],
    meaning: "meansDtypePair",
    fit: listed([a, b], () => true),
    marks: [a, b].map((each) => call.mark(each, "markDtype", { dtype: each.dtype })),
    tries: wide ? [...to(a, b), ...to(b, a)] : [...to(b, a), ...to(a, b)],
  };
}

function classes(call: FailedCall): Explained | null {
  const [, target] = call.operands;
  if (!target) return null;
  return {
    happened: [call.tell("dtypeTarget", { target: target.name, dtype: target.dtype })],
    meaning: "meansDtypeTarget",
    fit: listed(call.operands.slice(0, 2), (each) => each === target),
    marks: [call.mark(target, "markDtype", { dtype: target.dtype })],
    tries: calling(call, target, ".long()"),
  };
}

function written(call: FailedCall): Explained | null {
  const target = call.operands.find((each) => !isFloating(each));
  if (!target) return null;
  const { binary, isAugmented } = call;
  const text = binary
    ? `${binary.left.text} = ${binary.left.text} ${binary.operator} ${bracketed(binary.right.text)}`
    : "";
  return {
    happened: [
      call.tell(isAugmented ? "dtypeWritten" : "dtypeResult", { name: target.name, dtype: target.dtype }),
    ],
    meaning: "meansDtypeWritten",
    fit: listed(call.operands, (each) => each === target),
    marks: [call.mark(target, "markDtype", { dtype: target.dtype })],
    tries: isAugmented ? [anew(call, text, tell("fixOutOfPlace"))] : calling(call, target, ".float()"),
  };
}

/** The right side of an assignment that computes is computed first. */
const bracketed = (text: string): string => (/^[\w.]+(?:\([^()]*\))?$/.test(text) ? text : `(${text})`);

function whole(call: FailedCall): Explained | null {
  const odd = call.operands.filter((each) => !isFloating(each));
  const [first] = odd;
  if (!first) return null;
  return {
    happened: [call.tell("dtypeWhole", { name: first.name, dtype: first.dtype })],
    meaning: "meansDtypeWhole",
    fit: listed(call.operands, (each) => !isFloating(each)),
    marks: odd.map((each) => call.mark(each, "markDtype", { dtype: each.dtype })),
    tries: odd.flatMap((each) => calling(call, each, ".float()")).slice(0, 2),
  };
}

function indices(call: FailedCall): Explained | null {
  const index = call.operands.slice(1).find(isFloating);
  if (!index) return null;
  const [, inside] = /\[([\w.]+)\]$/.exec(call.code) ?? [];
  const from = call.code.length - 1 - (inside?.length ?? 0);
  const part = inside ? { text: inside, from, to: call.code.length - 1 } : null;
  return {
    happened: [call.tell("dtypeIndex", { index: index.name, dtype: index.dtype })],
    meaning: "meansDtypeIndex",
    marks: [call.mark(index, "markDtype", { dtype: index.dtype })],
    tries: part ? calling(call, { ...index, part }, ".long()") : [],
  };
}
