/** Small multiples: one value and its gradient at the end of some of a loop's iterations, spread evenly over all. */

import { endsOf } from "./iterations";
import { at } from "./lists";
import type { Run } from "./run";
import { valuesAt } from "./series";
import { type Numbers, numbersOf } from "./values";

export interface LoopFrame {
  /** Of the iteration, from 0. */
  readonly position: number;
  readonly value: Numbers | null;
  readonly gradient: Numbers | null;
}

/** More pictures than this are not compared at a glance. */
export const MOST_FRAMES = 12;

/** At most so many positions of `total`, the first, the last and the current among them. */
export function thinned(total: number, current: number | null, most = MOST_FRAMES): number[] {
  const chosen = Array.from({ length: Math.min(total, most) }, (_, i) =>
    total <= most ? i : Math.round((i * (total - 1)) / (most - 1)),
  );
  if (current === null || chosen.includes(current) || chosen.length < 3) return chosen;
  // It takes the place of the nearest that is neither the first nor the last.
  const inner = chosen.slice(1, -1);
  const nearest = inner.reduce((best, each) =>
    Math.abs(each - current) < Math.abs(best - current) ? each : best,
  );
  return chosen.map((each) => (each === nearest ? current : each));
}

export function loopFrames(run: Run, loop: number, name: string, positions: readonly number[]): LoopFrame[] {
  const ends = endsOf(run, loop);
  return positions.map((position) => {
    const held = valuesAt(run, ends[position - 1] ?? 0, at(ends, position));
    const numbers = (key: string) => {
      const found = held.get(key);
      return found ? numbersOf(run.trace, found.value, found.tensor) : null;
    };
    return { position, value: numbers(name), gradient: numbers(`${name}.grad`) };
  });
}
