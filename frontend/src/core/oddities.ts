/** What about a tensor's numbers calls for a mark: NaN, infinities, nothing but zeros, magnitudes that vanish or explode. */

import { statisticsOf } from "./statistics";
import type { Numbers } from "./values";

export type Oddity = "nan" | "infinite" | "zeros" | "exploding" | "vanishing";

/** From here on a magnitude counts as exploding, and below its inverse as vanishing. */
const HUGE = 1e6;

/** The gravest of what is odd about floating-point numbers; null if nothing is. */
export function oddityOf(numbers: Numbers): Oddity | null {
  if (!/^(b?float|complex)/.test(numbers.dtype)) return null;
  const { nan, infinite, min, max } = statisticsOf(numbers);
  if (nan > 0) return "nan";
  if (infinite > 0) return "infinite";
  if (min === null || max === null) return null;
  const most = Math.max(Math.abs(min), Math.abs(max));
  if (most === 0) return "zeros";
  if (most >= HUGE) return "exploding";
  return most < 1 / HUGE ? "vanishing" : null;
}
