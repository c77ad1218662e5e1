/** How an explanation speaks of ops, tensors and lines, and where each is to be seen. */

import { cellName, lineIn } from "../cells";
import { at } from "../lists";
import { codeOf, givenName, nameOf } from "../naming";
import type { Run } from "../run";
import type { Place } from "./said";

/** An op by its sub-expression. */
export function opPlace(run: Run, op: number): Place {
  return { text: codeOf(run, op), event: run.eventOfOp(op) ?? 0, op };
}

/** A tensor by its name after k events, or by the code that made it; seen where it was made. */
export function tensorPlace(run: Run, tensor: number, k: number): Place {
  const { op } = at(run.trace.tensors, tensor);
  const made = op === null ? run.touches(tensor)[0] : run.eventOfOp(op);
  return { text: nameOf(run, tensor, k), event: made ?? 0, op, tensor };
}

/** `line 3`, or `cell 2, line 3` where the notebook has more cells than one. */
export function lineText(run: Run, span: number): { cell: string; line: string } {
  const { cell, line } = at(run.trace.spans, span);
  return { cell: cellName(run.trace.cells, cell), line: String(lineIn(run.trace.cells, cell, line)) };
}

/** The code of a span, told with the event at which it ran. */
export function codePlace(run: Run, span: number, event: number): Place {
  return { text: run.source(span).replace(/\s+/g, " ").trim(), event };
}

/** The statement that an event belongs to: the span of the last line that began before it. */
export function statementAt(run: Run, event: number): number | null {
  for (let i = Math.min(event, run.trace.events.length - 1); i >= 0; i--) {
    const before = run.trace.events[i];
    if (before?.kind === "line") return before.span;
    if (before?.kind === "cell_begin") return null;
  }
  return null;
}

/** A variable that names a tensor on this storage after k events, preferring one that occurs in the text. */
export function variableOn(run: Run, storage: number, k: number, text: string): string | null {
  const names = run
    .variablesAt(k)
    .filter(({ tensor }) => at(run.trace.tensors, tensor).storage === storage)
    .map(({ name }) => name);
  const isIn = (name: string) => new RegExp(`\\b${name}\\b`).test(text);
  return names.find((name) => /^\w+$/.test(name) && isIn(name)) ?? null;
}

/** The event at which a run failed. */
export function errorEvent(run: Run): number | null {
  const found = run.trace.events.findLastIndex(({ kind }) => kind === "error");
  return found < 0 ? null : found;
}

/** Where a backward pass failed, if the events from..to hold the error: the node's op, and the tensor whose gradient it had. */
export function failedAt(
  run: Run,
  { from, to }: { from: number; to: number },
): { op: number | null; tensor: number } | null {
  const node = run.trace.outcome.error?.node ?? null;
  const event = node === null ? null : errorEvent(run);
  if (node === null || event === null || event < from || event >= to) return null;
  const { op } = at(run.trace.nodes, node);
  const tensor = run.tensorOfNode(node);
  return tensor === null ? null : { op, tensor };
}

/** The last event before another that fits. */
export function lastBefore(
  run: Run,
  event: number,
  fits: (event: Run["trace"]["events"][number]) => boolean,
): number | null {
  for (let i = event - 1; i >= 0; i--) if (fits(at(run.trace.events, i))) return i;
  return null;
}

export { givenName, nameOf };
