/** The steps of two runs in rows: both go on together, and where only one has a step the other stands. */

import { at } from "../lists";
import type { Run } from "../run";
import type { Step } from "../types";
import { align, type Names, type Row } from "./align";
import { type Counterparts, gistOf } from "./counterparts";

export function rowsOfSteps(between: Counterparts, a: readonly Step[], b: readonly Step[]): Row[] {
  const { ops, nodes } = between;
  const known = (twins: ReadonlyMap<number, number>) => {
    const back = new Map([...twins].map(([one, other]) => [other, one]));
    return {
      a: (item: number) => (twins.has(item) ? item : null),
      b: (item: number) => back.get(item) ?? null,
    };
  };
  const [opOf, nodeOf] = [known(ops), known(nodes)];
  return align(
    a.map((step) => namesOf(between.a, step, `a${step.from}`, opOf.a, nodeOf.a)),
    b.map((step) => namesOf(between.b, step, `b${step.from}`, opOf.b, nodeOf.b)),
  );
}

/**
 * (`alone` is a name that no other step has.) A step about an op or a node is its counterpart's; any other is known by its text. Beside an op that the other run has not
 * may stand what that does in the same statement: `u = y` beside the detach in `u = y.detach()`.
 */
function namesOf(
  run: Run,
  step: Step,
  alone: string,
  opOf: (op: number) => number | null,
  nodeOf: (node: number) => number | null,
): Names {
  const { kind, op, node, span, line } = step;
  if (node !== null) return [`${kind} node ${nodeOf(node) ?? alone}`];
  const around = line ?? span;
  const statement = `in ${around === null ? alone : gistOf(run.source(around))}`;
  if (op !== null && kind === "op") {
    const twin = opOf(op);
    return twin === null ? [alone, alone, statement] : [`op ${twin}`];
  }
  const source = span === null ? "" : run.source(span);
  return [`${kind} ${source}`, `${kind} for ${gistOf(source)}`, statement];
}

/** How many steps each run has taken after each row: the first entry is before the first. */
export function takenAfter(rows: readonly Row[]): { a: number; b: number }[] {
  const taken = [{ a: 0, b: 0 }];
  for (const row of rows) {
    const last = at(taken, taken.length - 1);
    taken.push({ a: last.a + (row.a === null ? 0 : 1), b: last.b + (row.b === null ? 0 : 1) });
  }
  return taken;
}
