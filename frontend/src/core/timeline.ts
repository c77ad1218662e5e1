/**
 * Steps: which events the player takes in one move.
 *
 * By line, a statement is one step, a backward pass inside it another, and each test of a loop one; by VJP, so are the VJPs and
 * accumulations of a pass. By op, each op, test, output, VJP and accumulation is a step. Events that say no more than what came before them (a name for the op's result)
 * belong to that step; events that only lead in (a line begins, a storage is written) to the next.
 */

import type { Trace } from "../schema/trace";
import { ByLine } from "./by-line";
import { ByOp } from "./by-op";
import { ByVjp } from "./by-vjp";
import { countBelow } from "./lists";
import type { Granularity, Step, Tick, Timeline } from "./types";

const CUTTERS = { op: ByOp, line: ByLine, vjp: ByVjp };

export function buildTimeline(trace: Trace, granularity: Granularity): Timeline {
  const steps = new CUTTERS[granularity](trace).cut();
  return { granularity, steps, ticks: ticks(trace, steps) };
}

/** The step (its position) during which the event happens: keeps the place when the granularity changes. */
export function stepOfEvent(timeline: Timeline, event: number): number {
  const starts = timeline.steps.map(({ from }) => from);
  return Math.max(0, countBelow(starts, event + 1) - 1);
}

function ticks(trace: Trace, steps: Step[]): Tick[] {
  const marks: Tick[] = [];
  let cell: number | null = null;
  let backward: number | null = null;
  steps.forEach((step, position) => {
    if (step.cell !== null && step.cell !== cell)
      marks.push({ step: position, kind: "cell", number: step.cell });
    if (step.backward !== null && step.backward !== backward)
      marks.push({ step: position, kind: "backward", number: step.backward });
    if (trace.events.slice(step.from, step.to).some(({ kind }) => kind === "error"))
      marks.push({ step: position, kind: "error", number: step.cell ?? 0 });
    for (const event of trace.events.slice(step.from, step.to))
      if (event.kind === "gap") marks.push({ step: position, kind: "gap", number: event.lines });
    cell = step.cell ?? cell;
    backward = step.backward ?? backward;
  });
  return marks;
}
