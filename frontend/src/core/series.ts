/** How what a loop works on evolves over its iterations: each variable's value, each leaf's gradient, as lines of numbers. */

import { endsOf } from "./iterations";
import { at } from "./lists";
import type { Run } from "./run";
import { count, numbersOf } from "./values";

export interface Series {
  /** `w`, `w.grad`. */
  readonly name: string;
  /** `norm` where there are too many elements for a line each. */
  readonly shows: "elements" | "norm";
  /** One line for each element (or for the norm), one point for each sampled iteration. */
  readonly lines: readonly (readonly (number | null)[])[];
  readonly gradient: boolean;
}

export interface LoopSeries {
  /** The positions (from 0) of the iterations that are sampled. */
  readonly sampled: readonly number[];
  readonly series: readonly Series[];
}

/** More points than this cannot be told apart in a small picture. */
const POINTS = 200;
/** As many lines are told apart. */
const LINES = 4;

export function loopSeries(run: Run, loop: number): LoopSeries {
  const ends = endsOf(run, loop);
  const points = Math.min(ends.length, POINTS);
  const sampled = Array.from({ length: points }, (_, i) =>
    points === 1 ? 0 : Math.round((i * (ends.length - 1)) / (points - 1)),
  );
  const frames = sampled.map((position) => valuesAt(run, ends[position - 1] ?? 0, at(ends, position)));
  const names = new Set(frames.flatMap((frame) => [...frame.keys()]));
  const series = [...names].flatMap((name): Series[] => {
    const values = frames.map((frame) => frame.get(name) ?? null);
    const changes = new Set(values.map((value) => value?.value ?? null)).size > 1;
    const lines = changes ? linesOf(run, values) : null;
    return lines ? [{ name, gradient: name.endsWith(".grad"), ...lines }] : [];
  });
  return { sampled, series };
}

interface Held {
  readonly value: number;
  readonly tensor: number;
}

/** The variables in sight when an iteration is over, and the gradients that came to leaves in it, though since cleared. */
export function valuesAt(run: Run, begin: number, end: number): Map<string, Held> {
  const found = new Map<string, Held>();
  const inSight = new Set(run.scopePath(run.moment(end).scope));
  for (const { scope, name, tensor } of run.variablesAt(end)) {
    if (scope !== null && !inSight.has(scope)) continue;
    const value = run.storageAt(at(run.trace.tensors, tensor).storage, end)?.value ?? null;
    if (value !== null) found.set(name, { value, tensor });
  }
  for (const event of run.trace.events.slice(begin, end))
    if (event.kind === "accumulate") {
      const name = `${run.namesAt(event.tensor, end)[0] ?? ""}.grad`;
      if (name !== ".grad") found.set(name, { value: event.result, tensor: event.grad });
    }
  return found;
}

function linesOf(run: Run, values: readonly (Held | null)[]): Pick<Series, "shows" | "lines"> | null {
  const numbers = values.map((held) => (held ? numbersOf(run.trace, held.value, held.tensor) : null));
  const sizes = numbers.map((each) => (each ? count(each.shape) : 0));
  const size = Math.max(...sizes);
  if (size === 0) return null;
  if (size > LINES) {
    const norms = numbers.map((each) => (each ? Math.hypot(...each.data.map((x) => Number(x ?? 0))) : null));
    return { shows: "norm", lines: [norms] };
  }
  const lines = Array.from({ length: size }, (_, i) =>
    numbers.map((each) => (each?.data[i] == null ? null : Number(each.data[i]))),
  );
  return { shows: "elements", lines };
}
