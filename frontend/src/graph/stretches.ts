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

/** As {@link stretches}, but none narrower than a part of the whole: a part that goes both ways counts as what most of it is. */
export function coarseStretches(steps: readonly Pick<Step, "direction">[], parts: number): Stretch[] {
  const all = stretches(steps);
  if (all.length <= parts) return all;
  const size = Math.ceil(steps.length / parts);
  const coarse = Array.from({ length: Math.ceil(steps.length / size) }, (_, part) => {
    const inside = steps.slice(part * size, (part + 1) * size);
    const back = inside.filter(({ direction }) => direction === "backward").length;
    const direction: Direction = 2 * back > inside.length ? "backward" : "forward";
    return { direction, from: part * size, to: Math.min(steps.length, (part + 1) * size) };
  });
  return coarse.reduce<Stretch[]>((merged, next) => {
    const before = merged.at(-1);
    if (before?.direction !== next.direction) merged.push(next);
    else merged[merged.length - 1] = { ...before, to: next.to };
    return merged;
  }, []);
}

/** Where on the slider a difference is: by row, at most one in each part of the whole. */
export function coarseDifferences<T extends string>(
  found: readonly (T | null)[],
  parts: number,
): { at: number; kind: T }[] {
  const marks = new Map<number, { at: number; kind: T }>();
  const size = Math.max(1, found.length / parts);
  found.forEach((kind, row) => {
    if (kind === null) return;
    const part = Math.floor(row / size);
    if (!marks.has(part)) marks.set(part, { at: row + 1, kind });
  });
  return [...marks.values()];
}
