/** Where the player stands in the run, and the clock that moves it. */
import { computed, effect, signal, untracked } from "@preact/signals";
import { correspondingPosition } from "../core/keep-place";
import type { Run } from "../core/run";
import { buildTimeline, stepOfEvent } from "../core/timeline";
import type { Step, Timeline } from "../core/types";
import type { EditedCell } from "./cells";
import { generation, isRunning, run, sent } from "./run";
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

/** The node whose VJP the step is. */
export const nodeOfStep = computed(() => (step.value?.kind === "vjp" ? step.value.node : null));

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

interface Shown {
  readonly generation: number;
  readonly run: Run;
  readonly line: Timeline;
  readonly cells: readonly EditedCell[];
}

/** Where a run begins that nobody has seen: where there is something to see, after the imports. */
export const begin = (): void => goTo(opening(timeline.value));
function opening(line: Timeline | null): number {
  const made = run.value?.trace.events.findIndex(({ kind }) => kind === "op") ?? -1;
  return line && made > 0 ? stepOfEvent(line, made) + 1 : 1;
}

// A run that has grown keeps the place too. Another grain keeps the place, and so does a run of the edited code; any other run is
// begun.
let shown: Shown | null = null;
/** Where the run before stood, and how near to it one has come in the run that grows. */
let sought: { from: Shown | null; position: number; near: number } | null = null;
effect(() => {
  const line = timeline.value;
  untracked(() => {
    if (line && shown && shown.generation === generation.value) {
      const at = shown.line.steps[position.value - 1];
      // The last step of a run that grows may have held what leads in to the next.
      const event = at && (shown.run === run.value ? at.to - 1 : at.from);
      const isWaiting = sought !== null && position.value === sought.near;
      goTo(
        (isWaiting ? soughtPlace(line) : null) ?? (event === undefined ? 0 : stepOfEvent(line, event) + 1),
      );
    } else {
      playing.value = false;
      sought = { from: shown, position: position.value, near: 0 };
      goTo((line && soughtPlace(line)) ?? opening(line));
    }
    if (!isRunning.value) sought = null;
    else if (sought) sought.near = position.value;
    const cells = sent.value.map(({ cell }) => cell);
    shown = line && run.value ? { generation: generation.value, run: run.value, line, cells } : null;
  });
});

/** Where the run before stood, in the new one. */
function soughtPlace(line: Timeline): number | null {
  if (!sought?.from || !run.value) return sought && opening(line);
  const { run: before, line: timeline, cells } = sought.from;
  return correspondingPosition(
    { run: before, timeline },
    sought.position,
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
    if (position.value >= count.value && !isRunning.value) playing.value = false;
  }, 1000 / speed.value);
  return () => clearInterval(timer);
});
