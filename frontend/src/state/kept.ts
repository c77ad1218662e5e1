/** A run that was kept to be compared with those after it. */
import { computed, effect, signal } from "@preact/signals";
import type { Run } from "../core/run";
import type { Translated } from "../i18n/languages";
import { title } from "./cells";
import { pair, showPair } from "./pair";
import { generation, isRunning, overrides, run } from "./run";

export const kept = signal<Run | null>(null);
/** What was open when it was kept. */
const keptTitle = signal<string | Translated>("");
let keptGeneration = -1;

/** The lesson or file that the kept run is of, where another is open by now; else null. */
export const keptElsewhere = computed(() => (keptTitle.value === title.value ? null : keptTitle.value));

export function keep(chosen: Run | null): void {
  kept.value = chosen;
  keptTitle.value = title.peek();
}

/** Keeps the run on screen; or lets go of the one that is kept. */
export function toggleKept(): void {
  keep(kept.value ? null : run.value);
  keptGeneration = generation.value;
}

/** Shows the kept run and the one on screen side by side, where these are two. */
export function showKept(): void {
  const [before, now] = [kept.value, run.value];
  if (before && now && before !== now && !isRunning.value)
    showPair({ a: { run: before, name: "kept" }, b: { run: now, name: "now" }, id: null });
}

const textOf = ({ trace }: Run) => JSON.stringify(trace.cells.map(({ source }) => source));

// Other code that has been run is shown beside what was kept; other numbers are not: who tries many wants the picture. Nor is another
// lesson, which may have nothing to do with it: what is kept is named, and the way to see both is offered.
let shownFor = -1;
effect(() => {
  const [before, now, number] = [kept.value, run.value, generation.value];
  if (!before || !now || isRunning.value || number === keptGeneration || number === shownFor) return;
  shownFor = number;
  if (
    overrides.value.size === 0 &&
    keptElsewhere.value === null &&
    !pair.peek() &&
    textOf(before) !== textOf(now)
  )
    showKept();
});
