/** What can be said of many numbers at once: their range, mean and norm, how they are spread, how many are special. */

import type { Histogram } from "../schema/trace";
import { count, type Numbers } from "./values";

export interface Statistics {
  /** How many there are, and how many of them the trace lists. */
  readonly total: number;
  readonly known: number;
  /** Over the finite ones; null where there are none. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly norm: number | null;
  readonly nan: number;
  readonly infinite: number;
  /** Null where not all are listed. */
  readonly zeros: number | null;
  readonly histogram: Histogram | null;
}

const BINS = 16;

export function statisticsOf(numbers: Numbers): Statistics {
  const listed = numbers.data.filter((value) => value !== null).map(Number);
  const finite = listed.filter(Number.isFinite);
  const total = count(numbers.shape);
  const zeros = listed.length < total ? null : finite.filter((value) => value === 0).length;
  const { summary } = numbers;
  if (summary) {
    const { min, max, mean, norm, nan, infinite, histogram } = summary;
    const own = { min: plain(min), max: plain(max), mean: plain(mean), norm: plain(norm) };
    return { total, known: listed.length, ...own, nan, infinite, zeros, histogram: histogram ?? null };
  }
  const nan = listed.filter(Number.isNaN).length;
  const most = finite.length > 0;
  const min = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const max = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return {
    total,
    known: listed.length,
    min: most ? min : null,
    max: most ? max : null,
    mean: most ? finite.reduce((a, b) => a + b, 0) / finite.length : null,
    norm: most ? Math.sqrt(finite.reduce((a, b) => a + b * b, 0)) : null,
    nan,
    infinite: listed.length - finite.length - nan,
    zeros,
    // Every card asks for the range at every step, and few for this.
    get histogram() {
      return most ? histogramOf(finite, min, max) : null;
    },
  };
}

function histogramOf(finite: readonly number[], low: number, high: number): Histogram {
  const counts = Array.from({ length: BINS }, () => 0);
  const width = (high - low) / BINS;
  for (const value of finite) {
    const bin = width > 0 ? Math.min(BINS - 1, Math.floor((value - low) / width)) : 0;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { low, high, counts };
}

function plain(value: number | boolean | string | null): number | null {
  if (value === null) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
