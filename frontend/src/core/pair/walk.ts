/** Two runs gone through row by row: how far each has come after each row, and at which row each event has happened. */

import type { Run } from "../run";
import type { Step } from "../types";
import type { Row } from "./align";
import { takenAfter } from "./rows";

export interface Both<T> {
  readonly a: T;
  readonly b: T;
}

export class Walk {
  private readonly taken: readonly Both<number>[];
  private readonly happened: Both<Int32Array>;

  constructor(
    readonly runs: Both<Run>,
    readonly rows: readonly Row[],
    readonly steps: Both<readonly Step[]>,
  ) {
    this.taken = takenAfter(rows);
    this.happened = { a: this.rowsOfEvents("a"), b: this.rowsOfEvents("b") };
  }

  /** The last step that a run has taken after a row; null where it has taken none. */
  step(side: keyof Both<unknown>, row: number): Step | null {
    return this.steps[side][(this.taken[row]?.[side] ?? 0) - 1] ?? null;
  }

  /** How many events of a run have happened after a row. */
  done(side: keyof Both<unknown>, row: number): number {
    return this.step(side, row)?.to ?? 0;
  }

  /** The row after which an event of a run has happened; past all rows where there is no such event. */
  rowOf(side: keyof Both<unknown>, event: number): number {
    return this.happened[side][event] ?? Number.POSITIVE_INFINITY;
  }

  private rowsOfEvents(side: keyof Both<unknown>): Int32Array {
    const rows = new Int32Array(this.runs[side].trace.events.length);
    for (const [index, row] of this.rows.entries()) {
      const step = this.steps[side][row[side] ?? -1];
      if (step) rows.fill(index + 1, step.from, step.to);
    }
    return rows;
  }
}
