/** Which marks stand in a run's picture, code and output at each row of two: kept as changes, so that a row costs what it changes. */

import type { Difference } from "./differences";

/**
 * Something that is marked from a row on: a card by its id, `e12` an edge by its position in the trace, `s3` a test by its
 * span, `g7` the scope that a test opened. No differences: from there on it is marked no more.
 */
export type Change = readonly [row: number, what: string, found: readonly Difference[]];
/** Printed text that is marked from a row on, in UTF-16 units of an output of a cell. */
export type Print = readonly [row: number, cell: number, output: number, from: number, to: number];

/** All that is marked in one run while two are gone through, by the row after which it is. */
export interface RunMarks {
  readonly changes: readonly Change[];
  readonly prints: readonly Print[];
}

export const NO_MARKS: RunMarks = { changes: [], prints: [] };
const NONE: readonly Difference[] = [];

/** The marks at a row, which is moved. */
export class MarksAt {
  private readonly found = new Map<string, readonly Difference[]>();
  /** What each change took away. */
  private readonly before: (readonly Difference[])[] = [];
  /** How many changes have been made. */
  private made = 0;

  constructor(private readonly marks: RunMarks) {}

  goTo(row: number): this {
    const { changes } = this.marks;
    for (let next = changes[this.made]; next && next[0] <= row; next = changes[++this.made]) {
      this.before[this.made] = this.of(next[1]);
      this.put(next[1], next[2]);
    }
    for (let last = changes[this.made - 1]; last && last[0] > row; last = changes[this.made - 1])
      this.put(last[1], this.before[--this.made] ?? NONE);
    return this;
  }

  private put(what: string, found: readonly Difference[]): void {
    if (found.length > 0) this.found.set(what, found);
    else this.found.delete(what);
  }

  of(what: string): readonly Difference[] {
    return this.found.get(what) ?? NONE;
  }

  get isEmpty(): boolean {
    return this.found.size === 0;
  }

  /** All that is marked, in no order. */
  all(): Iterable<readonly [what: string, found: readonly Difference[]]> {
    return this.found;
  }
}

/** The marked stretches of an output at a row, ascending; what touches is one. */
export function printsAt(
  { prints }: RunMarks,
  cell: number,
  output: number,
  row: number,
): [number, number][] {
  const stretches: [number, number][] = [];
  for (const [at, inCell, which, from, to] of prints) {
    if (at > row) break;
    if (inCell !== cell || which !== output) continue;
    const last = stretches.at(-1);
    if (last && last[1] === from) last[1] = to;
    else stretches.push([from, to]);
  }
  return stretches;
}
