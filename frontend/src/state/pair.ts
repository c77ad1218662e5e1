/** Two runs that are shown side by side, each with its picture, code and sentence. */
import { signal } from "@preact/signals";
import type { Run } from "../core/run";
import type { Translated } from "../i18n/languages";

/** What a side is called: by its part in the comparison, or as a lesson calls it. */
export type SideName = "kept" | "now" | "before" | "after" | "written" | "varied" | Translated;

export interface Side {
  readonly run: Run;
  readonly name: SideName;
}

/** `b` is what the page itself shows when the comparison is closed. */
export interface Pair {
  readonly a: Side;
  readonly b: Side;
  /** The pair of the gallery that it is. */
  readonly id: string | null;
}

/** Whether a link can open both: it holds code, and no numbers that were put in its place. */
export function isLinkable({ a }: Pair): boolean {
  return a.name !== "written";
}

export const pair = signal<Pair | null>(null);
/** How many rows of steps have been taken; null: as yet nobody has said where it begins. */
export const pairPlace = signal<number | null>(null);
/** What the variables hold is shown as a table. */
export const tableOpen = signal(false);

export function showPair(shown: Pair, place: number | null = null): void {
  pairPlace.value = place;
  pair.value = shown;
}
