/** Matrix products whose factors do not fit. */

import { asReceiver } from "../explain/expression";
import { reversed } from "../lists";
import { anew, calling } from "./changes";
import type { FailedCall, Operand } from "./failed-call";
import { factors } from "./fit";
import type { Explained, Kind } from "./kind";
import type { Fix } from "./types";

export const PRODUCTS: readonly Kind[] = [
  { says: /^mat1 and mat2 shapes cannot be multiplied/, explain: product },
  { says: /^size mismatch, got input/, explain: product },
  { says: /^Expected size for first two dimensions of batch2/, explain: product },
];

const square = /linear$/;

function product(call: FailedCall): Explained | null {
  const [a, given] = call.operands;
  if (!a || !given) return null;
  // F.linear multiplies by the weight transposed.
  const isTurned = square.test(call.call?.callee ?? "");
  const b = isTurned ? turned(given) : given;
  const [left, right] = [a.shape.at(-1), b.shape.at(-2) ?? b.shape.at(-1)];
  if (left === undefined || right === undefined) return null;
  return {
    happened: [call.tell("productAxes", { a: a.name, b: b.name, left: String(left), right: String(right) })],
    meaning: "meansProduct",
    fit: factors(a, b),
    marks: [
      call.mark(a, "markLast", { size: String(left) }),
      call.mark(given, b.shape.length > 1 ? "markRows" : "markLength", { size: String(right) }),
    ],
    tries: isTurned ? calling(call, given, ".T") : mends(call, a, b),
  };
}

function turned(operand: Operand): Operand {
  const { name, shape } = operand;
  return { ...operand, shape: reversed(shape), name: { ...name, text: `${name.text}.T` } };
}

/** Turning a factor, or both round. */
function mends(call: FailedCall, a: Operand, b: Operand): Fix[] {
  const last = (shape: readonly number[], from: number) => shape.at(from);
  const fits = (left: readonly number[], right: readonly number[]) =>
    last(left, -1) === (right.length > 1 ? last(right, -2) : last(right, -1));
  const turn = ({ shape }: Operand) => (shape.length > 2 ? ".mT" : ".T");
  const flip = (shape: readonly number[]) => [...shape.slice(0, -2), ...shape.slice(-2).reverse()];
  const tries: Fix[] = [];
  if (b.shape.length > 1 && fits(a.shape, flip(b.shape))) tries.push(...calling(call, b, turn(b)));
  if (a.shape.length > 1 && fits(flip(a.shape), b.shape)) tries.push(...calling(call, a, turn(a)));
  if (fits(b.shape, a.shape) && call.binary && !call.isAugmented) {
    const { left, right, operator } = call.binary;
    tries.push(anew(call, `${asReceiver(right.text)} ${operator} ${asReceiver(left.text)}`));
  }
  return tries;
}
