/** Numbers as colours: blue for positive, orange for negative, stronger the larger; equal on both sides of zero. Pure. */
import type { Numbers } from "../core/values";

export interface HeatCell {
  readonly row: number;
  readonly column: number;
  /** From -1 to 1; null where the number is not finite or not known. */
  readonly weight: number | null;
  /** What is not a number, or has no end: drawn with a mark. */
  readonly odd: "nan" | "infinite" | null;
}

export interface Heat {
  readonly rows: number;
  readonly columns: number;
  readonly cells: readonly HeatCell[];
  /** The magnitude that is drawn strongest. */
  readonly scale: number;
}

/**
 * At most `maxRows` by `maxColumns` cells over the last two axes; further axes go into the rows. Where a cell stands for
 * many numbers it shows the one that stands out most: NaN, else an infinity, else the largest magnitude. Pictures that are
 * compared share a `scale`.
 */
export function heatOf(
  numbers: Numbers,
  maxRows: number,
  maxColumns: number,
  scale = scaleOf(numbers),
): Heat {
  const width = Math.max(numbers.shape.at(-1) ?? 1, 1);
  const height = Math.ceil(numbers.data.length / width);
  const rows = Math.min(height, maxRows);
  const columns = Math.min(width, maxColumns);
  const cells: HeatCell[] = [];
  const part = (i: number, parts: number, of: number): [number, number] => [
    Math.floor((i * of) / parts),
    Math.floor(((i + 1) * of) / parts),
  ];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let worst: number | null = null;
      const [top, bottom] = part(row, rows, height);
      const [left, right] = part(column, columns, width);
      for (let i = top; i < bottom; i++)
        for (let j = left; j < right; j++) worst = moreStriking(worst, numbers.data[i * width + j] ?? null);
      cells.push({ row, column, ...shownAs(worst, scale) });
    }
  }
  return { rows, columns, cells, scale };
}

/** The largest finite magnitude, of those too that are not listed. True and False have none: they are on no scale. */
export function scaleOf(numbers: Numbers): number {
  if (numbers.dtype === "bool") return 0;
  const { min, max } = numbers.summary ?? {};
  if (min != null && max != null) return Math.max(Math.abs(Number(min)), Math.abs(Number(max)));
  return numbers.data.reduce<number>((most, value) => {
    const size = Math.abs(Number(value ?? 0));
    return Number.isFinite(size) && size > most ? size : most;
  }, 0);
}

/** A number from -1 to 1 for its colour, or what is odd about it. */
export function shownAs(value: number | boolean | null, scale: number): Pick<HeatCell, "weight" | "odd"> {
  if (value === null) return { weight: null, odd: null };
  const number = Number(value);
  if (Number.isNaN(number)) return { weight: null, odd: "nan" };
  if (!Number.isFinite(number)) return { weight: null, odd: "infinite" };
  return { weight: number / (scale || 1), odd: null };
}

function moreStriking(a: number | null, b: number | boolean | null): number | null {
  if (b === null) return a;
  const number = Number(b);
  if (a === null || Number.isNaN(number)) return number;
  return Number.isNaN(a) || Math.abs(a) >= Math.abs(number) ? a : number;
}

/** The colour of a weight, from the theme's two. `strength`: how strong the strongest is. */
export function heatColour(weight: number, strength = 0.9): string {
  const side = weight < 0 ? "negative" : "positive";
  return `rgb(var(--heat-${side}) / ${(strength * (0.07 + 0.93 * Math.abs(weight))).toFixed(3)})`;
}

/** The fill of a cell: colour for a number, the theme's for what is odd, nothing where nothing is known. */
export function heatFill({ weight, odd }: Pick<HeatCell, "weight" | "odd">, strength?: number): string {
  if (odd !== null) return "var(--bad)";
  return weight === null ? "none" : heatColour(weight, strength);
}

/** The cells of a heatmap as one path for each fill, each cell a unit square: few shapes, however many cells. */
export function heatPaths(heat: Heat): { fill: string; path: string }[] {
  const paths = new Map<string, string>();
  for (const { row, column, weight, odd } of heat.cells) {
    const fill = heatFill({ weight: weight === null ? null : Math.round(weight * STEPS) / STEPS, odd });
    paths.set(fill, `${paths.get(fill) ?? ""}M${column} ${row}h1v1h-1z`);
  }
  return [...paths].map(([fill, path]) => ({ fill, path }));
}

/** Shades on each side of zero: more cannot be told apart. */
const STEPS = 16;
