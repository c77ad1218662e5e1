/** Numbers as PyTorch prints them, and short enough for a card: `0.8776`, `[0, 1, 4, 9]`, `nan`, `1.2e-05`. */

import { STANDALONE } from "../build";
import type { Numbers, Scalar } from "./values";
import { count } from "./values";

/** Decimals at most, as PyTorch's default precision. */
const PRECISION = 4;
/** Where PyTorch goes over to scientific notation. */
const SMALL = 1e-4;
const LARGE = 1e8;
/** The largest matrix that a sentence writes out, and how much of a row stands for a larger one. */
const BRIEF = 6;
const CORNER = 2;

/** `41,022`: a count for people. */
export function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

/** A missing number (the trace was cut short there) is `?`. */
export function formatScalar(number: Scalar | null): string {
  if (number === null) return "?";
  if (typeof number === "boolean") return number ? "True" : "False";
  if (Number.isNaN(number)) return "nan";
  if (!Number.isFinite(number)) return number > 0 ? "inf" : "-inf";
  if (number === 0) return Object.is(number, -0) ? "-0" : "0";
  const size = Math.abs(number);
  if (size < SMALL || size >= LARGE) return scientific(number);
  return withoutTrailingZeros(rounded(number).toFixed(PRECISION));
}

/** `[1, 0] + [2, 2]`, `3 − 2`: what is below zero is taken away. */
export function added(parts: readonly string[]): string {
  return parts.join(" + ").replace(/\+ -/g, "− ");
}

/** `+ 3`, `− 2`: one more of them. */
export const signed = (part: string): string => added(["", part]).slice(1);

/** The element at a position: `0.5`, `1+2i`. */
export function formatElement(numbers: Numbers, position: number): string {
  const [real, imaginary] = numbers.parts?.[position] ?? [numbers.data[position] ?? null];
  if (imaginary == null) return formatScalar(imaginary === null ? null : real);
  const text = formatScalar(imaginary);
  return `${formatScalar(real)}${text.startsWith("-") ? "" : "+"}${text}i`;
}

/** As Python rounds: what lies just between two goes to the even one, where `toFixed` goes away from zero. */
function rounded(number: number): number {
  // Only what has few enough binary places lies just between; for it the products are exact.
  if (!Number.isInteger(number * 2 ** (PRECISION + 1))) return number;
  const scaled = number * 10 ** PRECISION;
  const below = Math.floor(scaled);
  if (scaled - below !== 0.5) return number;
  return (below % 2 === 0 ? below : below + 1) / 10 ** PRECISION;
}

/** `[0, 1, 4, 9]`, `[[1, 2], [3, 4]]`; rows longer than `limit` keep their ends: `[0, 1, 2, …, 99]`. */
export function formatNumbers(numbers: Numbers, limit = 6): string {
  return bracket(numbers, 0, 0, limit);
}

function bracket(numbers: Numbers, axis: number, from: number, limit: number): string {
  const { shape } = numbers;
  const size = shape[axis];
  if (size === undefined) return formatElement(numbers, from);
  const stride = count(shape.slice(axis + 1));
  const part = (i: number): string => bracket(numbers, axis + 1, from + i * stride, limit);
  const { head, tail } = ends(size, axis === shape.length - 1 ? limit : Math.min(limit, 4));
  const parts = Array.from({ length: head }, (_, i) => part(i));
  if (head + tail < size) parts.push("…");
  // The trace lists a large value's beginning only; then there is no end to show.
  if (head + tail < size && numbers.truncated) return `[${parts.join(", ")}]`;
  parts.push(...Array.from({ length: tail }, (_, i) => part(size - tail + i)));
  return `[${parts.join(", ")}]`;
}

/**
 * As {@link formatNumbers}; of a matrix too large for a sentence its corner: `[[0.5, -1, …], …]`. Of more axes than two the ends of
 * all numbers, and the shape: `[0.5, -1, …, 3] (2×3×4)`; a file that plays by itself has no room for that, and gives the corner.
 */
export function formatBriefly(numbers: Numbers): string {
  const { shape } = numbers;
  if (!STANDALONE && shape.length > 2 && count(shape) > BRIEF)
    return `${formatNumbers({ ...numbers, shape: [count(shape)] }, 4)} (${shape.join("×")})`;
  return shape.length > 1 && count(shape) > BRIEF ? corner(numbers, 0) : formatNumbers(numbers);
}

function corner(numbers: Numbers, axis: number): string {
  const { shape } = numbers;
  const size = shape[axis] ?? 0;
  const isInnermost = axis === shape.length - 1;
  const shown = Math.min(size, isInnermost ? CORNER : 1);
  const parts = isInnermost
    ? Array.from({ length: shown }, (_, i) => formatElement(numbers, i))
    : [corner(numbers, axis + 1)];
  if (shown < size) parts.push("…");
  return `[${parts.join(", ")}]`;
}

/** How many to show from the front and from the back. */
function ends(size: number, limit: number): { head: number; tail: number } {
  return size <= limit ? { head: size, tail: 0 } : { head: Math.max(1, limit - 2), tail: 1 };
}

/** A matrix's rows (a vector is one row) as texts of equal precision, to be aligned; null if it is too large. */
export function formatTable(numbers: Numbers, maxRows = 8, maxColumns = 8): string[][] | null {
  const { shape, data } = numbers;
  if (shape.length > 2 || numbers.truncated) return null;
  const columns = shape.at(-1) ?? 1;
  const rows = shape.length === 2 ? (shape[0] ?? 1) : 1;
  if (rows > maxRows || columns > maxColumns) return null;
  const texts = data.map((_, i) => formatElement(numbers, i));
  const decimals = Math.max(
    0,
    ...texts.map((text) => (text.includes("e") ? 0 : (text.split(".")[1]?.length ?? 0))),
  );
  const even = data.map((number, i) => {
    const text = texts[i] ?? "?";
    const isPlain =
      !numbers.parts && typeof number === "number" && Number.isFinite(number) && !text.includes("e");
    return isPlain ? (text === "-0" ? "-" : "") + number.toFixed(decimals) : text;
  });
  return Array.from({ length: rows }, (_, row) => even.slice(row * columns, (row + 1) * columns));
}

/** `1.234e-05`: the exponent with two digits, as Python writes it. */
function scientific(number: number): string {
  const [mantissa = "", exponent = ""] = number.toExponential(PRECISION - 1).split("e");
  const sign = exponent.startsWith("-") ? "-" : "+";
  return `${withoutTrailingZeros(mantissa)}e${sign}${exponent.replace(/^[+-]/, "").padStart(2, "0")}`;
}

function withoutTrailingZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
