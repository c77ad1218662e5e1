/** The lines of a text that another version of it has not: where two codes differ. */

import { align } from "./align";

/** From 1, ascending. */
export function changedLines(text: string, other: string): number[] {
  const lines = (of: string) => of.split("\n").map((line) => [line.trimEnd()]);
  return align(lines(text), lines(other)).flatMap(({ a, b }) => (a !== null && b === null ? [a + 1] : []));
}
