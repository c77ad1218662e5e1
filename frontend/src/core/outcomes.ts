/** How the tests of ifs and loops came out. */

import { at } from "./lists";
import type { Run } from "./run";

const outcomes = new WeakMap<Run, Map<number, boolean>>();

/** The outcome of the test of a branch or iteration; null if it has none. */
export function outcomeOf(run: Run, scope: number): boolean | null {
  let known = outcomes.get(run);
  if (!known) {
    known = new Map();
    for (const event of run.trace.events) {
      if (event.kind !== "branch" || event.scope === null) continue;
      const { kind } = at(run.trace.scopes, event.scope);
      if (
        (kind === "branch" && event.statement === "if") ||
        (kind === "iteration" && event.statement === "while")
      )
        known.set(event.scope, event.value);
    }
    outcomes.set(run, known);
  }
  return known.get(scope) ?? null;
}
