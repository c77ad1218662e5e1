/** Changes of the call that failed, to be tried: where its operands stand in its code, and other text in their place. */

import { replaceSpan } from "../explain/edits";
import { asReceiver, itemsOf, type Part } from "../explain/expression";
import { tell } from "../explain/said";
import { at } from "../lists";
import type { FailedCall, Operand } from "./failed-call";
import type { Fix, Told } from "./types";

/** Where an operand stands; `place` is which of two it is, where the call has two. */
export function partOf(call: FailedCall, tensor: number, place: number | null): Part | null {
  const parts = partsOf(call);
  if (call.binary !== null && place !== null) return parts[place] ?? null;
  return parts.find(({ text }) => isCalled(call, tensor, text)) ?? null;
}

/** The texts that operands can stand in, in order. */
function partsOf({ binary, call, code }: FailedCall): Part[] {
  if (binary) return [binary.left, binary.right];
  const { receiver, args } = call ?? { receiver: null, args: [] };
  const given = args.flatMap(({ value }) => itemsOf(code, value) ?? value);
  return [...(receiver ? [receiver] : []), ...given];
}

function isCalled({ run, event }: FailedCall, tensor: number, text: string): boolean {
  const { op } = at(run.trace.tensors, tensor);
  const span = op === null ? null : at(run.trace.ops, op).span;
  return run.namesUntil(tensor, event).includes(text) || (span !== null && run.source(span) === text);
}

/** The call with other text in the place of a part of it. */
export function replaced({ run, span, code }: FailedCall, label: Told, part: Part, text: string): Fix {
  const better = code.slice(0, part.from) + text + code.slice(part.to);
  return { label, edits: [replaceSpan(run, span, better)] };
}

/** The call with a method called on an operand, as `.T`; nothing where the operand is not in its code. */
export function calling(call: FailedCall, { part }: Operand, method: string): Fix[] {
  if (!part || (call.isAugmented && part === call.binary?.left)) return [];
  const text = `${asReceiver(part.text)}${method}`;
  return [replaced(call, tell("fixUse", { text }), part, text)];
}

/** The whole expression anew. */
export function anew({ run, span }: FailedCall, text: string, label: Told = tell("fixUse", { text })): Fix {
  return { label, edits: [replaceSpan(run, span, text)] };
}
