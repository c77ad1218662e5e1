/** A run that was kept to be compared with those after it. */
import { effect, signal } from "@preact/signals";
import type { Run } from "../core/run";
import { pair, showPair } from "./pair";
import { generation, isRunning, overrides, run } from "./run";

export const kept = signal<Run | null>(null);
let keptGeneration = -1;

/** Keeps the run on screen; or lets go of the one that is kept. */
export function toggleKept(): void {
  kept.value = kept.value ? null : run.value;
  keptGeneration = generation.value;
}

/** Shows the kept run and the one on screen side by side, where these are two. */
export function showKept(): void {
  const [before, now] = [kept.value, run.value];
  if (before && now && before !== now && !isRunning.value)
    showPair({ a: { run: before, name: "kept" }, b: { run: now, name: "now" }, id: null });
}

const textOf = ({ trace }: Run) => JSON.stringify(trace.cells.map(({ source }) => source));

// Other code that has been run is shown beside what was kept; other numbers are not: who tries many wants the picture.
let shownFor = -1;
effect(() => {
  const [before, now, number] = [kept.value, run.value, generation.value];
  if (!before || !now || isRunning.value || number === keptGeneration || number === shownFor) return;
  shownFor = number;
  if (overrides.value.size === 0 && !pair.peek() && textOf(before) !== textOf(now)) showKept();
});
