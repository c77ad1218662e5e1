/** The iterations of loops: which one a step is in, and the events with which each is at work, forward and backward. */

import { at } from "./lists";
import { iterationsIn } from "./opening";
import type { Run } from "./run";
import type { Step } from "./types";

interface Visits {
  /** The first event in each iteration. */
  readonly first: Map<number, number>;
  /** The first VJP of an op of an iteration, by `iteration:backward pass`. */
  readonly backward: Map<string, number>;
}

const visits = new WeakMap<Run, Visits>();

/** The innermost iteration that a step is in: of its code, or of the op that it goes back through. */
export function iterationAt(run: Run, step: Step): number | null {
  const { op } = step.node === null ? { op: null } : at(run.trace.nodes, step.node);
  const scope = op === null ? step.scope : at(run.trace.ops, op).scope;
  return run.scopePath(scope).findLast((around) => at(run.trace.scopes, around).kind === "iteration") ?? null;
}

/** The event to go to for an iteration: in a backward pass where that works on it, else where the iteration begins. */
export function eventOfIteration(run: Run, iteration: number, backward: number | null): number | null {
  const { first, backward: passes } = visitsOf(run);
  return (
    (backward === null ? undefined : passes.get(`${iteration}:${backward}`)) ?? first.get(iteration) ?? null
  );
}

/** How many events have happened when each of a loop's iterations is over. */
export function endsOf(run: Run, loop: number): number[] {
  const { first } = visitsOf(run);
  const scopes = iterationsIn(run, loop);
  return scopes.map((scope, i) => {
    const next = scopes[i + 1];
    return (next === undefined ? null : first.get(next)) ?? lastEvent(run, scope) + 1;
  });
}

function lastEvent(run: Run, scope: number): number {
  let last = visitsOf(run).first.get(scope) ?? 0;
  for (let index = last; index < run.trace.events.length; index++) {
    const event = at(run.trace.events, index);
    if (event.kind === "cell_end") break;
    const around =
      "scope" in event ? event.scope : event.kind === "op" ? at(run.trace.ops, event.op).scope : undefined;
    if (around === undefined || event.kind === "bind") continue;
    if (!run.scopePath(around).includes(scope)) break;
    last = index;
  }
  return last;
}

function visitsOf(run: Run): Visits {
  const known = visits.get(run);
  if (known) return known;
  const made: Visits = { first: new Map(), backward: new Map() };
  const { events, ops, nodes } = run.trace;
  events.forEach((event, index) => {
    if (event.kind === "vjp") {
      const { op } = at(nodes, event.node);
      const pass = run.backwardOf(index);
      for (const scope of run.scopePath(op === null ? null : at(ops, op).scope))
        if (!made.backward.has(`${scope}:${pass}`)) made.backward.set(`${scope}:${pass}`, index);
      return;
    }
    const scope = event.kind === "op" ? at(ops, event.op).scope : "scope" in event ? event.scope : null;
    if (event.kind === "bind") return;
    for (const around of run.scopePath(scope)) if (!made.first.has(around)) made.first.set(around, index);
  });
  visits.set(run, made);
  return made;
}
