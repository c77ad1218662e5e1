/** The run on screen: the trace, the cells that it is of, and how the last request went. */
import { computed, effect, signal } from "@preact/signals";
import type { RunFailure } from "../api";
import { STANDALONE } from "../build";
import { cellName } from "../core/cells";
import type { Run } from "../core/run";
import { cells, type EditedCell } from "./cells";

export type Phase =
  | { readonly kind: "idle" }
  | { readonly kind: "running"; readonly since: number }
  | { readonly kind: "failed"; readonly failure: RunFailure };

export const phase = signal<Phase>({ kind: "idle" });
export const run = signal<Run | null>(null);
/** The cells as they were sent: position in the trace to the editor's cell, with the text that ran. */
export const sent = signal<readonly { cell: EditedCell; source: string }[]>([]);
/** The banner about the outcome was put away. */
export const outcomeSeen = signal(false);

export const isRunning = computed(() => phase.value.kind === "running");

/** The position in the trace of an editor's cell, null if it was not part of the run. */
export function cellOfRun(cell: EditedCell): number | null {
  const at = sent.value.findIndex((entry) => entry.cell === cell);
  return at < 0 ? null : at;
}

/** What a cell of the run goes by. */
export function nameOfCell(index: number): string {
  return cellName(run.value?.trace.cells ?? [], index);
}

/** True where what is on screen is no longer what ran. */
export function isEdited(cell: EditedCell): boolean {
  const entry = sent.value.find((candidate) => candidate.cell === cell);
  return entry !== undefined && entry.source !== cell.source.value;
}

/** How many values of a tensor a run lists, and the most that it can be asked for. */
export const elements = signal(1000);
export const MOST_ELEMENTS = 10_000;

/** Numbers in the place of what ops gave in the run on screen, by the position of the op. */
export const overrides = signal<Overrides>(new Map());
export type Overrides = ReadonlyMap<number, readonly number[]>;

/** Goes up with each run, and not while one grows. */
export const generation = signal(0);
/** How many operations have been told of in the run that goes on. */
export const opsSoFar = signal(0);
/** How many requests come before the one that waits; null once its run has begun. */
export const ahead = signal<number | null>(null);

export function dismissFailure(): void {
  if (phase.value.kind === "failed") phase.value = { kind: "idle" };
}

// Where something else was opened, what had run before is no picture of it.
if (!STANDALONE) {
  effect(() => {
    if (run.value && !sent.value.some(({ cell }) => cells.value.includes(cell))) run.value = null;
  });
}
