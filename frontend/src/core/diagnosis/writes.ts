/** How a saved tensor and the op that wrote over it are told, whether or not the write was noticed. */

import { lineText, nameOf, opPlace, statementAt } from "../explain/places";
import { type Place, tell } from "../explain/said";
import { at } from "../lists";
import type { Run } from "../run";
import type { Told } from "./types";

/** What a node saved, and the op that wrote over it. */
export interface Overwriting {
  tensor: number;
  saved: number;
  now: number;
  /** The event of the op that wrote first, and the op. */
  event: number;
  op: number;
}

export function told(run: Run, node: number, { tensor, saved }: Overwriting, k: number): Told {
  const { name, op } = at(run.trace.nodes, node);
  const isResult = op !== null && at(run.trace.ops, op).outputs.includes(tensor);
  return tell(isResult ? "savedResult" : "savedInput", {
    node: op === null ? name : { ...opPlace(run, op), text: name },
    tensor: nameOf(run, tensor, k),
    saved: String(saved),
  });
}

/** The in-place op whose write an event is: it comes next. */
export function writerOf(run: Run, written: number): { event: number; op: number } | null {
  for (let i = written + 1; i < run.trace.events.length; i++) {
    const event = at(run.trace.events, i);
    if (event.kind === "op") return { event: i, op: event.op };
    if (event.kind !== "write") return null;
  }
  return null;
}

export function whereOf(run: Run, op: number) {
  const { span } = at(run.trace.ops, op);
  return span === null ? { cell: "?", line: "?" } : lineText(run, span);
}

/** A write is told by its statement: the op's own code may be no more than the target, `e[0]`. */
export function writePlace(run: Run, { event, op }: { event: number; op: number }): Place {
  const statement = statementAt(run, event);
  const text = statement === null ? "" : run.source(statement);
  return text && !text.includes("\n") ? { text, event, op } : opPlace(run, op);
}
