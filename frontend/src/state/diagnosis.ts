/** The diagnosis of the step on view, and the change of the code that mends it: made with one click, undone with another. */
import { batch, computed, signal } from "@preact/signals";
import { type Diagnosis, diagnose } from "../core/diagnosis";
import { applyEdits } from "../core/explain/edits";
import type { Run } from "../core/run";
import { calls } from "./calls";
import { cells, type EditedCell } from "./cells";
import { showPair } from "./pair";
import { last, step } from "./player";
import { startRun } from "./request";
import { isEdited, isRunning, outcomeSeen, run, sent } from "./run";

export const diagnoses = computed<Diagnosis[]>(() => (run.value ? diagnose(run.value, calls.value) : []));

const NONE: readonly Diagnosis[] = [];

/** Those that belong to the step on view: a line may hold several. */
export const diagnosesHere = computed<readonly Diagnosis[]>(() => {
  const at = step.value;
  if (!at) return NONE;
  const here = diagnoses.value.filter(({ event }) => event >= at.from && event < at.to);
  return here.length > 0 ? here : NONE;
});

/** Of several the last, which alone can be the error. */
export const diagnosis = computed<Diagnosis | null>(() => diagnosesHere.value.at(-1) ?? null);

/** Something that went wrong without an error and has not been shown yet. */
export interface Silent {
  run: Run;
  diagnosis: Diagnosis;
  /** Something else was told before. */
  isFurther: boolean;
}

/** Up to which event of a run those were shown or put away. */
export const silentSeen = signal<{ run: Run; event: number } | null>(null);

/** The next of them; in a run that failed after its error was told. */
export const silent = computed<Silent | null>(() => {
  const found = run.value;
  if (!found) return null;
  const seen = silentSeen.value?.run === found ? silentSeen.value.event : -1;
  const next = diagnoses.value.find(({ isError, event }) => !isError && event > seen);
  const failed = found.trace.outcome.status !== "ok";
  if (!next || (failed && !outcomeSeen.value)) return null;
  return { run: found, diagnosis: next, isFurther: failed || seen >= 0 };
});

/** A change that was made: which cells it changed, from what to what. */
export interface Mended {
  diagnosis: Diagnosis;
  /** The run that it mends. */
  run: Run;
  cells: { cell: EditedCell; before: string; after: string }[];
}

const made = signal<Mended | null>(null);

/** The change that was made last, as long as nobody has changed those cells since. */
export const mended = computed(() =>
  made.value?.cells.every(({ cell, after }) => cells.value.includes(cell) && cell.source.value === after)
    ? made.value
    : null,
);

/** Whether the cells still are what the run ran. */
export const isMendable = computed(() => sent.value.every(({ cell }) => !isEdited(cell)));

/** What a fix makes of each cell's text. */
export function changesOf({ fix }: Pick<Diagnosis, "fix">): { before: string; after: string }[] {
  const sources = run.value?.trace.cells.map(({ source }) => source) ?? [];
  const changed = fix ? applyEdits(sources, fix.edits) : sources;
  return sources.map((before, i) => ({ before, after: changed[i] ?? before }));
}

export function mend(broken: Diagnosis): void {
  const before = run.value;
  if (!before) return;
  const changed = changesOf(broken).flatMap(({ before, after }, i) => {
    const cell = sent.value[i]?.cell;
    return cell && before !== after ? [{ cell, before, after }] : [];
  });
  batch(() => {
    for (const { cell, after } of changed) cell.source.value = after;
    made.value = { diagnosis: broken, run: before, cells: changed };
  });
  void startRun().then(last);
}

/** The run before the change and the one after it, side by side. */
export function showBeforeAndAfter(): void {
  const [before, after] = [mended.value?.run, run.value];
  if (before && after && before !== after && !isRunning.value)
    showPair({ a: { run: before, name: "before" }, b: { run: after, name: "after" }, id: null });
}

export function undo(): void {
  const change = mended.value;
  if (!change) return;
  batch(() => {
    for (const { cell, before } of change.cells) cell.source.value = before;
    made.value = null;
  });
  void startRun().then(last);
}
