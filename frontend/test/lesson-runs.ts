/** The lessons' runs, as the engine records them now. */

import { openRun, type Run } from "../src/core/run";
import { record } from "./runs";

const traces = record([], "");

export const lessons: readonly string[] = [...traces.keys()];

export function lessonRun(id: string): Run {
  const trace = traces.get(id);
  if (!trace) throw new Error(`no lesson ${id}`);
  return openRun(trace);
}

export { python, root, runsOf } from "./runs";
