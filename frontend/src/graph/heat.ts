/** Numbers as colours: blue for positive, orange for negative, stronger the larger; equal on both sides of zero. Pure. */
import type { Numbers } from "../core/values";

export interface HeatCell {
  readonly row: number;
  readonly column: number;
  /** From -1 to 1; null where the number is not finite or not known. */
  readonly weight: number | null;
}

export interface Heat {
  readonly rows: number;
  readonly columns: number;
  readonly cells: readonly HeatCell[];
  /** The magnitude that is drawn strongest. */
  readonly scale: number;
}

/** At most `maxRows` by `maxColumns` cells, taken evenly from the last two axes; further axes go into the rows. */
export function heatOf(numbers: Numbers, maxRows: number, maxColumns: number): Heat {
  const width = numbers.shape.at(-1) ?? 1;
  const height = Math.ceil(numbers.data.length / Math.max(width, 1));
  const rows = Math.min(height, maxRows);
  const columns = Math.min(width, maxColumns);
  const scale = numbers.data.reduce<number>((most, value) => {
    const size = Math.abs(Number(value ?? 0));
    return Number.isFinite(size) && size > most ? size : most;
  }, 0);
  const cells: HeatCell[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = Math.floor((row * height) / rows) * width + Math.floor((column * width) / columns);
      const value = numbers.data[at];
      const number = value === null || value === undefined ? Number.NaN : Number(value);
      cells.push({ row, column, weight: Number.isFinite(number) ? number / (scale || 1) : null });
    }
  }
  return { rows, columns, cells, scale };
}

/** The colour of a weight, from the theme's two; what is not a number is hatched by the caller. */
export function heatColour(weight: number): string {
  const side = weight < 0 ? "negative" : "positive";
  return `rgb(var(--heat-${side}) / ${(0.06 + 0.84 * Math.abs(weight)).toFixed(3)})`;
}
