/** The stretches of a run that go one way: what colours the slider. */
import type { Direction, Step } from "../core/types";

export interface Stretch {
  readonly direction: Direction;
  readonly from: number;
  readonly to: number;
}

/** Neighbouring steps of one direction as one stretch, in step positions. */
export function stretches(steps: readonly Pick<Step, "direction">[]): Stretch[] {
  const found: { direction: Direction; from: number; to: number }[] = [];
  steps.forEach(({ direction }, index) => {
    const current = found.at(-1);
    if (current?.direction === direction) current.to = index + 1;
    else found.push({ direction, from: index, to: index + 1 });
  });
  return found;
}
