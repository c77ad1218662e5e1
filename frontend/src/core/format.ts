/** Numbers as PyTorch prints them, and short enough for a card. */
import type { Numbers, Scalar } from "./values";

/** `0.8776`, `3`, `nan`, `-inf`, `True`. */
export function formatScalar(_value: Scalar | null, _dtype?: string): string {
  throw new Error("not yet");
}

/** `[0, 1, 4, 9]`, `[[1, 2], [3, 4]]`, with `…` past `limit` numbers a row. */
export function formatNumbers(_numbers: Numbers, _limit?: number): string {
  throw new Error("not yet");
}

/** The rows of a matrix (or one row of a vector) as texts of equal precision, for an aligned table; null if too large. */
export function formatTable(_numbers: Numbers, _maxRows?: number, _maxColumns?: number): string[][] | null {
  throw new Error("not yet");
}
