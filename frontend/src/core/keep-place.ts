/** After the code was edited and run again: the step that corresponds to the one before, by its line and its occurrence. */

import { at } from "./lists";
import type { Run } from "./run";
import type { Step, Timeline } from "./types";

interface Played {
  readonly run: Run;
  readonly timeline: Timeline;
}

/** The position (steps taken) in `now` for a position in `before`; `cellOf` says where a cell went. Null if it is gone. */
export function correspondingPosition(
  before: Played,
  position: number,
  now: Played,
  cellOf: (cell: number) => number | null,
): number | null {
  const step = before.timeline.steps[position - 1];
  const place = step && placeOf(before.run, step);
  const cell = place ? cellOf(place.cell) : null;
  if (!step || !place || cell === null) return null;
  const source = (run: Run, of: number) => run.trace.cells[of]?.source ?? "";
  const line = movedLine(source(before.run, place.cell), source(now.run, cell), place.line);
  const isLike = (run: Run, to: { cell: number; line: number }) => (other: Step) => {
    const own = placeOf(run, other);
    return own?.cell === to.cell && own.line === to.line && other.kind === step.kind;
  };
  const same = isLike(before.run, place);
  const nth = before.timeline.steps.slice(0, position).filter(same).length;
  const like = isLike(now.run, { cell, line });
  const positions = now.timeline.steps.flatMap((other, i) => (like(other) ? [i + 1] : []));
  const onLine = now.timeline.steps.findIndex((other) => {
    const own = placeOf(now.run, other);
    return own?.cell === cell && own.line === line;
  });
  return positions[Math.min(nth, positions.length) - 1] ?? (onLine < 0 ? null : onLine + 1);
}

function placeOf(run: Run, { line, span }: Step): { cell: number; line: number } | null {
  const index = line ?? span;
  return index === null ? null : at(run.trace.spans, index);
}

/** Where a line is in an edited text: with the line that it is the same as, or as far from the one above it. */
export function movedLine(before: string, now: string, line: number): number {
  const [old, fresh] = [before.split("\n"), now.split("\n")];
  const most = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < most && old[head] === fresh[head]) head++;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail++;
  if (line > old.length - tail) return line + fresh.length - old.length;
  // Between a beginning and an end that stayed.
  const pairs = sameLines(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail));
  let above = line - head - 1;
  while (above >= 0 && !pairs.has(above)) above--;
  const moved = above < 0 ? line : line + (pairs.get(above) ?? above) - above;
  return Math.min(moved, Math.max(1, fresh.length - tail));
}

/** Larger texts than this are not compared line by line. */
const MOST_PAIRS = 1_000_000;

/** Which lines of two texts are the same: as many as can be paired in order. */
function sameLines(old: readonly string[], fresh: readonly string[]): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  if (old.length * fresh.length > MOST_PAIRS) return pairs;
  const width = fresh.length + 1;
  const longest = new Uint32Array((old.length + 1) * width);
  const after = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = fresh.length - 1; j >= 0; j--)
      longest[i * width + j] =
        old[i] === fresh[j] ? after(i + 1, j + 1) + 1 : Math.max(after(i + 1, j), after(i, j + 1));
  let [i, j] = [0, 0];
  while (i < old.length && j < fresh.length) {
    if (old[i] === fresh[j]) pairs.set(i++, j++);
    else if (after(i + 1, j) >= after(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}
