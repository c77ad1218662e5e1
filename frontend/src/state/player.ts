/** Where the player stands in the run, and the clock that moves it. */
import { computed, effect, signal, untracked } from "@preact/signals";
import { correspondingPosition } from "../core/keep-place";
import type { Run } from "../core/run";
import { buildTimeline, stepOfEvent } from "../core/timeline";
import type { Step, Timeline } from "../core/types";
import type { EditedCell } from "./cells";
import { run, sent } from "./run";
import { grain, speed } from "./settings";

export const timeline = computed<Timeline | null>(() =>
  run.value ? buildTimeline(run.value.trace, grain.value) : null,
);

/** How many steps have been taken: 0 is before the first, `count` after the last. */
export const position = signal(0);
export const playing = signal(false);

export const count = computed(() => timeline.value?.steps.length ?? 0);

/** The step that was just taken; null before the first. */
export const step = computed<Step | null>(() => timeline.value?.steps[position.value - 1] ?? null);

/** How many events have happened. */
export const eventsDone = computed(() => step.value?.to ?? 0);

export function goTo(target: number): void {
  position.value = Math.max(0, Math.min(count.value, Math.round(target)));
}

/** Moves to the step in which an event happens. */
export function goToEvent(event: number): void {
  const line = timeline.value;
  if (line) goTo(stepOfEvent(line, event) + 1);
}

export const next = (): void => pauseThen(position.value + 1);
export const previous = (): void => pauseThen(position.value - 1);
export const first = (): void => pauseThen(0);
export const last = (): void => pauseThen(count.value);

function pauseThen(target: number): void {
  playing.value = false;
  goTo(target);
}

/** At the end, play begins again. */
export function togglePlay(): void {
  if (!playing.value && position.value >= count.value) goTo(0);
  playing.value = !playing.value && count.value > 0;
}

// Another grain keeps the place, and so does a run of the edited code; any other run begins with its first step taken, so
// that there is something to see.
let shown: { run: Run; line: Timeline; cells: readonly EditedCell[] } | null = null;
effect(() => {
  const line = timeline.value;
  untracked(() => {
    if (line && shown && shown.run === run.value) {
      const at = shown.line.steps[position.value - 1];
      goTo(at ? stepOfEvent(line, at.to - 1) + 1 : 0);
    } else {
      playing.value = false;
      goTo((line && samePlace(line)) ?? 1);
    }
    const cells = sent.value.map(({ cell }) => cell);
    shown = line && run.value ? { run: run.value, line, cells } : null;
  });
});

/** Where the run before stood, in the new one. */
function samePlace(line: Timeline): number | null {
  if (!shown || !run.value) return null;
  const { cells } = shown;
  return correspondingPosition(
    { run: shown.run, timeline: shown.line },
    position.value,
    { run: run.value, timeline: line },
    (cell) => {
      const now = sent.value.findIndex((entry) => entry.cell === cells[cell]);
      return now < 0 ? null : now;
    },
  );
}

effect(() => {
  if (!playing.value) return;
  const timer = setInterval(() => {
    goTo(position.value + 1);
    if (position.value >= count.value) playing.value = false;
  }, 1000 / speed.value);
  return () => clearInterval(timer);
});
