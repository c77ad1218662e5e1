/** Which scopes to open for a step: enough to see where it is, few enough to read. */

import { sizeOf } from "./boxes";
import { fullGraph } from "./cards";
import { at, countBelow, push } from "./lists";
import { opAtWork } from "./place";
import type { Run } from "./run";
import type { Step } from "./types";

/** A scope with more cards than this opens only when the step is in it. */
const LARGE = 30;
/** In a run of more cards than this only what is at work is open. */
const CROWDED = 200;
/** A loop with more iterations than this shows one of them. */
const FEW = 2;

interface Visits {
  /** For each loop, the events that were in one of its iterations, and which. */
  loops: Map<number, { events: number[]; iterations: number[] }>;
  iterations: Map<number, number[]>;
}

const visits = new WeakMap<Run, Visits>();

/**
 * Of a long loop, the iteration that was last at work (forward or backward) is open: as the step moves on, it stays until
 * another takes its place. Before the loop runs, that is its first. An optimizer's step is open while it is at work; other
 * scopes unless they are large.
 */
export function openAtFirst(run: Run, step?: Step): Set<number> {
  const { loops, iterations } = visitsOf(run);
  const open = new Set<number>();
  const isCrowded = fullGraph(run).cards.length > CROWDED;
  const path = new Set(run.scopePath(step?.scope ?? null));
  run.trace.scopes.forEach(({ kind }, scope) => {
    if (kind === "iteration") return;
    const isSmall = !isCrowded && kind !== "optimizer" && sizeOf(run, scope) <= LARGE;
    if (kind === "loop" || path.has(scope) || isSmall) open.add(scope);
  });
  for (const [loop, scopes] of iterations) {
    const seen = loops.get(loop);
    const count = seen && step ? countBelow(seen.events, step.to) : 0;
    const current = seen && count ? at(seen.iterations, count - 1) : scopes[0];
    if (scopes.length <= FEW) for (const scope of scopes) open.add(scope);
    // Only the iteration itself: whether the loop around it shows that is the outer loop's to say.
    else if (current !== undefined) open.add(current);
  }
  return open;
}

/** The iterations of a loop, in order. */
export function iterationsIn(run: Run, loop: number): readonly number[] {
  return visitsOf(run).iterations.get(loop) ?? [];
}

function visitsOf(run: Run): Visits {
  const known = visits.get(run);
  if (known) return known;
  const made: Visits = { loops: new Map(), iterations: new Map() };
  run.trace.scopes.forEach(({ kind, parent }, scope) => {
    if (kind === "iteration" && parent !== null) push(made.iterations, parent, scope);
  });
  run.trace.events.forEach((event, index) => {
    const op = opAtWork(run, event);
    if (op === null) return;
    for (const scope of run.scopePath(at(run.trace.ops, op).scope)) {
      const { kind, parent } = at(run.trace.scopes, scope);
      if (kind !== "iteration" || parent === null) continue;
      const seen = made.loops.get(parent) ?? { events: [], iterations: [] };
      made.loops.set(parent, seen);
      if (seen.iterations.at(-1) === scope) continue;
      seen.events.push(index);
      seen.iterations.push(scope);
    }
  });
  visits.set(run, made);
  return made;
}
