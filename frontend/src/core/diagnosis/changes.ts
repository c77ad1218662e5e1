/** Changes of the call that failed, to be tried: where its operands stand in its code, and other text in their place. */

import { replaceSpan } from "../explain/edits";
import { asReceiver, type Part } from "../explain/expression";
import { tell } from "../explain/said";
import type { FailedCall, Operand } from "./failed-call";
import type { Fix, Told } from "./types";

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
