/** A value as it stands on a card: a text with its numbers tinted, a small table, or a picture of many numbers. Pure. */
import { formatElement, formatNumbers, formatScalar, formatTable } from "../core/format";
import { type Oddity, oddityOf } from "../core/oddities";
import { count, type Numbers } from "../core/values";
import { type HeatCell, scaleOf, shownAs } from "./heat";
import { type Measure, TYPE } from "./measure";

export const VALUE_ROW = 36;
export const TABLE_ROW = 24;
/** Between the columns of a small matrix. */
export const COLUMN_GAP = 12;
/** The picture of a large tensor: heatmap and histogram side by side, under its shape. */
export const PICTURE = { heat: 112, gap: 10, histogram: 64, height: 30, top: 38 } as const;
const LARGE_HEIGHT = PICTURE.top + PICTURE.height + 8;
/** The largest vector and matrix that stand on a card in full. */
export const MAX_VECTOR = 6;
const MAX_ROWS = 4;
const MAX_COLUMNS = 5;

export type Tint = Pick<HeatCell, "weight" | "odd">;

/** A stretch of a text, as positions in it, that is one number. */
export interface TintedPart extends Tint {
  readonly from: number;
  readonly to: number;
}

export type Shown = { readonly odd: Oddity | null } & (
  | { readonly kind: "text"; readonly text: string; readonly parts: readonly TintedPart[] }
  | { readonly kind: "table"; readonly cells: string[][]; readonly tints: readonly Tint[] }
  | { readonly kind: "large"; readonly numbers: Numbers; readonly text: string; readonly scale: string }
);

export function showValue(numbers: Numbers): Shown {
  const size = count(numbers.shape);
  const odd = oddityOf(numbers);
  const scale = scaleOf(numbers);
  const tints = () => numbers.data.map((value) => shownAs(value, scale));
  if (numbers.shape.length === 2 && size > 0) {
    const cells = formatTable(numbers, MAX_ROWS, MAX_COLUMNS);
    if (cells) return { kind: "table", cells, tints: tints(), odd: printed(odd) };
  }
  if (numbers.shape.length < 2 && size <= MAX_VECTOR) {
    const text = formatNumbers(numbers, MAX_VECTOR);
    const parts = size > 1 ? tintedParts(numbers, tints()) : [];
    return { kind: "text", text, parts, odd: printed(odd) };
  }
  return { kind: "large", numbers, text: `[${numbers.shape.join(", ")}]`, scale: scaleText(numbers), odd };
}

/** `±3.84`: how far from zero the numbers go, in three digits. */
export function scaleText(numbers: Numbers): string {
  if (numbers.dtype === "bool") return "";
  const far = formatScalar(Number(scaleOf(numbers).toPrecision(3)));
  return far === "0" ? far : `±${far}`;
}

/** Zeros that are printed need no mark. */
function printed(odd: Oddity | null): Oddity | null {
  return odd === "zeros" ? null : odd;
}

/** Where each number of `[0, 1, 4]` stands in the text. */
function tintedParts(numbers: Numbers, tints: readonly Tint[]): TintedPart[] {
  let from = 1;
  return tints.map((tint, i) => {
    const to = from + formatElement(numbers, i).length;
    const part = { ...tint, from, to };
    from = to + 2;
    return part;
  });
}

/** The room that a value takes on a card. */
export function sizeOfShown(shown: Shown, measure: Measure): { width: number; height: number } {
  if (shown.kind === "table") {
    const width = tableWidth(shown.cells, measure);
    const rows = shown.cells.length;
    return { width, height: rows > 1 ? rows * TABLE_ROW + 10 : VALUE_ROW };
  }
  const width = measure(shown.text, TYPE.value);
  if (shown.kind === "text") return { width, height: VALUE_ROW };
  return { width: width + 10 + measure(shown.scale, TYPE.aside), height: LARGE_HEIGHT };
}

export const PICTURE_WIDTH = PICTURE.heat + PICTURE.gap + PICTURE.histogram;

export function tableWidth(cells: readonly (readonly string[])[], measure: Measure): number {
  return (cells[0]?.length ?? 0) * (columnWidth(cells, measure) + COLUMN_GAP) + 8;
}

export function columnWidth(cells: readonly (readonly string[])[], measure: Measure): number {
  return Math.max(...cells.flat().map((text) => measure(text, TYPE.value)));
}
