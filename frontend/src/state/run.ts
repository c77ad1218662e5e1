/** The run on screen: the trace, the cells that it is of, and how the last request went. */
import { batch, computed, signal } from "@preact/signals";
import { RunFailure, type RunRequest, requestTrace } from "../api";
import { openRun, type Run } from "../core/run";
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

/** The cells on screen as a request. */
export function runRequest(changed: Overrides): RunRequest {
  return {
    cells: cells.peek().map(({ source, executionCount }) => ({
      source: source.peek(),
      execution_count: executionCount,
    })),
    options: {
      seed: SEED,
      max_elements: elements.peek(),
      ...(changed.size && { overrides: [...changed].map(([op, data]) => ({ op, data })) }),
    },
  };
}

let request: AbortController | null = null;

/** Sends the cells, to be run as they are or with some results replaced; a request under way is given up for the new one. */
export async function startRun(changed: Overrides = new Map()): Promise<void> {
  cancelRun();
  const own = new AbortController();
  request = own;
  const entries = cells.value.map((cell) => ({ cell, source: cell.source.value }));
  phase.value = { kind: "running", since: Date.now() };
  try {
    const trace = await requestTrace(runRequest(changed), own.signal);
    if (request !== own) return;
    batch(() => {
      sent.value = entries;
      outcomeSeen.value = false;
      overrides.value = changed;
      run.value = openRun(trace);
      phase.value = { kind: "idle" };
    });
  } catch (error) {
    if (request !== own || own.signal.aborted) return;
    phase.value = {
      kind: "failed",
      failure: error instanceof RunFailure ? error : new RunFailure("draw", String(error)),
    };
  } finally {
    if (request === own) request = null;
  }
}

/** So that the same code shows the same numbers twice. */
const SEED = 0;

export function cancelRun(): void {
  request?.abort();
  request = null;
  if (phase.value.kind === "running") phase.value = { kind: "idle" };
}

export function dismissFailure(): void {
  if (phase.value.kind === "failed") phase.value = { kind: "idle" };
}
