/** What to call a tensor, an op or a stretch of code in a sentence. */

import { formatNumbers } from "./format";
import { at } from "./lists";
import type { Run } from "./run";
import { numbersOf } from "./values";

const LONGEST = 64;

/** A tensor after k events: the variable that names it, or named it last, or the code that made it. */
export function nameOf(run: Run, tensor: number, k: number): string {
  const name = run.namesAt(tensor, k)[0] ?? run.namesUntil(tensor, k).at(-1);
  if (name !== undefined) return name;
  const { op } = at(run.trace.tensors, tensor);
  return op === null ? "·" : codeOf(run, op);
}

/** The sub-expression of an op. */
export function codeOf(run: Run, op: number): string {
  const { span, name } = at(run.trace.ops, op);
  return span === null ? name : sourceOf(run, span);
}

/** Source text in one line. */
export function sourceOf(run: Run, span: number): string {
  return shorten(run.source(span));
}

export function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

/** A value's numbers, short. */
export function valueText(run: Run, value: number | null, tensor?: number): string {
  return value === null ? "?" : formatNumbers(numbersOf(run.trace, value, tensor));
}

/** A tensor's numbers after k events, short. */
export function tensorText(run: Run, tensor: number, k: number): string {
  const { storage } = at(run.trace.tensors, tensor);
  return valueText(run, run.storageAt(storage, k)?.value ?? null, tensor);
}
