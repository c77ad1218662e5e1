/** What does not fit, as a small table: a row for each operand, a column for each axis on which they have to agree. */

import type { Hole } from "../explain/said";

export interface FitCell {
  text: string;
  /** `clash`: does not fit with the others of its column. `free`: need not fit. */
  state: "fits" | "clash" | "free";
}

export interface FitRow {
  name: Hole;
  /** Null where a row has nothing in a column. */
  cells: (FitCell | null)[];
}

export interface Fit {
  rows: FitRow[];
}

export interface Shaped {
  name: Hole;
  shape: readonly number[];
}

const cell = (size: number | string, state: FitCell["state"] = "fits"): FitCell => ({
  text: String(size),
  state,
});

/** Laid over each other from the last axis on, as broadcasting does. */
export function overlaid(operands: readonly Shaped[]): Fit {
  const width = Math.max(...operands.map(({ shape }) => shape.length));
  const columns = operands.map(({ shape }) => [...Array<null>(width - shape.length).fill(null), ...shape]);
  return rowsOf(operands, columns, (sizes) => {
    const long = sizes.filter((size) => size !== 1);
    return new Set(long).size > 1 ? (size) => (size === 1 ? "fits" : "clash") : () => "fits";
  });
}

/** Axis by axis from the first; `free` need not be equal. */
export function sideBySide(operands: readonly Shaped[], free: (axis: number) => boolean): Fit {
  const width = Math.max(...operands.map(({ shape }) => shape.length));
  const columns = operands.map(({ shape }) =>
    Array.from({ length: width }, (_, axis) => shape[axis] ?? null),
  );
  return rowsOf(operands, columns, (sizes, axis) => {
    if (free(axis)) return () => "free";
    const differ = new Set(sizes).size > 1 || sizes.length < operands.length;
    return () => (differ ? "clash" : "fits");
  });
}

/** The factors of a matrix product: the axis over which it sums is one column. */
export function factors(left: Shaped, right: Shaped): Fit {
  const a = left.shape.length > 1 ? [...left.shape, null] : [null, ...left.shape, null];
  const b = right.shape.length > 1 ? splitLast(right.shape) : [null, ...right.shape, null];
  const width = Math.max(a.length, b.length);
  const padded = [a, b].map((row) => [...Array<null>(width - row.length).fill(null), ...row]);
  return rowsOf([left, right], padded, (sizes, axis) => {
    const isOuter = axis === width - 1 || axis === width - 3;
    const differ = new Set(axis < width - 3 ? sizes.filter((size) => size !== 1) : sizes).size > 1;
    return () => (isOuter ? "free" : differ ? "clash" : "fits");
  });
}

/** [.., k, m] of a right factor: k stands under the left one's last axis, m behind it, nothing under the rows. */
function splitLast(shape: readonly number[]): (number | null)[] {
  return [...shape.slice(0, -2), null, ...shape.slice(-2)];
}

/** One thing about each, in one column. */
export function facts(rows: readonly { name: Hole; text: string; clash?: boolean }[]): Fit {
  return {
    rows: rows.map(({ name, text, clash }) => ({ name, cells: [cell(text, clash ? "clash" : "fits")] })),
  };
}

type Judge = (sizes: number[], axis: number) => (size: number) => FitCell["state"];

function rowsOf(operands: readonly Shaped[], columns: (number | null)[][], judge: Judge): Fit {
  const width = columns[0]?.length ?? 0;
  const states = Array.from({ length: width }, (_, axis) =>
    judge(
      columns.flatMap((row) => row[axis] ?? []),
      axis,
    ),
  );
  return {
    rows: operands.map(({ name }, i) => ({
      name,
      cells: (columns[i] ?? []).map((size, axis) =>
        size === null ? null : cell(size, states[axis]?.(size) ?? "fits"),
      ),
    })),
  };
}
