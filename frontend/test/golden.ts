/** The recorded traces that tests read: the lesson notebook and a small program. */

import { readFileSync } from "node:fs";
import type { Frame } from "../src/core/frame";
import { openRun, type Run } from "../src/core/run";
import { buildTimeline } from "../src/core/timeline";
import type { Granularity, Step } from "../src/core/types";
import type { Event, Trace } from "../src/schema/trace";

function load(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../tests/golden/${name}.json`, import.meta.url), "utf8"));
}

export const trace = (name: string): Trace => load(`${name}.trace`) as Trace;
export const frames = (name: string): Frame[] => load(`${name}.frames`) as Frame[];

export const TRACES = [
  "small",
  "lesson",
  "training",
  "second_order",
  "in_place",
  "failing",
  "layers",
  "runaway",
];

export const openTrace = (name: string): Run => openRun(trace(name));

export const lesson: Run = openRun(trace("lesson"));

/** The position of the lesson's cell In [n]. */
export function cell(executionCount: number): number {
  return lesson.trace.cells.findIndex((candidate) => candidate.execution_count === executionCount);
}

export function steps(run: Run, granularity: Granularity): Step[] {
  return buildTimeline(run.trace, granularity).steps;
}

/** The steps of the lesson's cell In [n], by op. */
export function stepsOfCell(executionCount: number, granularity: Granularity = "op"): Step[] {
  return steps(lesson, granularity).filter((step) => step.cell === cell(executionCount));
}

/** The op of a cell whose source is exactly this. */
export function opOf(executionCount: number, source: string): number {
  return lesson.trace.ops.findIndex(
    ({ span }) =>
      span !== null &&
      lesson.trace.spans[span]?.cell === cell(executionCount) &&
      lesson.source(span) === source,
  );
}

export function eventsOf(run: Run, step: Step): Event[] {
  return run.trace.events.slice(step.from, step.to);
}
