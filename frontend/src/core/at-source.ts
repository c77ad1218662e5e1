/** The steps that a place in the code stands for: those of the innermost expression there, else those of its line. */

import type { Span } from "../schema/trace";
import { at } from "./lists";
import type { Run } from "./run";
import type { Step, Timeline } from "./types";

export interface Place {
  cell: number;
  line: number;
  column: number;
}

/** Of the steps at a place the first after a position, or else the first of all; as a position. Null if there is none. */
export function stepAtSource(run: Run, timeline: Timeline, place: Place, position: number): number | null {
  const found = stepsAtSource(run, timeline, place);
  return found.find((step) => step > position) ?? found[0] ?? null;
}

/** Their positions (from 1: steps taken), ascending. */
function stepsAtSource(run: Run, { steps }: Timeline, place: Place): number[] {
  let best: number[] = [];
  let smallest = Number.POSITIVE_INFINITY;
  const ofLine: number[] = [];
  steps.forEach((step, index) => {
    const span = spanOf(run, step);
    if (!span || span.cell !== place.cell) return;
    if (span.line === place.line) ofLine.push(index + 1);
    if (!holds(span, place)) return;
    const size = extent(span);
    if (size < smallest) {
      smallest = size;
      best = [];
    }
    if (size === smallest) best.push(index + 1);
  });
  return best.length ? best : ofLine;
}

/** What the step lights: of a step back, the line that called for it. */
function spanOf(run: Run, { span, line }: Step): Span | null {
  const index = span ?? line;
  return index === null ? null : at(run.trace.spans, index);
}

function holds({ line, column, end_line, end_column }: Span, place: Place): boolean {
  return (
    (line < place.line || (line === place.line && column <= place.column)) &&
    (end_line > place.line || (end_line === place.line && end_column >= place.column))
  );
}

/** Lines count more than any number of columns. */
function extent({ line, column, end_line, end_column }: Span): number {
  return (end_line - line) * 10_000 + (end_column - column);
}
