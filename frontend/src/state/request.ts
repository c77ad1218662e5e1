/** Asking the server for a run of the cells, and showing what comes of it while it grows. */
import { batch } from "@preact/signals";
import { RunFailure, type RunRequest, requestLines } from "../api";
import { brokenOff, Folding, SO_FAR } from "../core/lines";
import { openRun } from "../core/run";
import { words } from "../i18n";
import { prepareLayout } from "../layout/client";
import type { Outcome, Trace } from "../schema/trace";
import { cells, opened } from "./cells";
import {
  ahead,
  elements,
  generation,
  type Overrides,
  opsSoFar,
  outcomeSeen,
  overrides,
  phase,
  run,
  sent,
} from "./run";
import { notice } from "./screen";

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

/** A run that is asked for, and what has come of it. */
interface Request {
  readonly control: AbortController;
  readonly lines: Folding;
  /** What is sent: the cells as they are when this is called. */
  readonly body: () => RunRequest;
  readonly show: (outcome: Outcome) => void;
  readonly open: (trace: Trace) => void;
}

let request: Request | null = null;

/** A shorter run than this is shown when it is over, so that nothing flickers. */
export const GRACE = 300;
/** What has come is opened at most this often, and seldom enough to take no more than a part of the time. */
const PACE = 400;
const PART = 4;

/** Sends the cells, to be run as they are or with some results replaced; a request under way is given up for the new one.
 * What comes is shown while it grows. */
export async function startRun(changed: Overrides = new Map()): Promise<void> {
  cancelRun();
  const own = newRequest(changed);
  request = own;
  const since = Date.now();
  opsSoFar.value = 0;
  ahead.value = null;
  phase.value = { kind: "running", since };
  prepareLayout();
  let due = since + GRACE;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const showSoFar = () => {
    timer = undefined;
    if (request !== own || own.lines.isEmpty) return;
    const began = Date.now();
    own.show(SO_FAR);
    due = Date.now() + Math.max(PACE, PART * (Date.now() - began));
  };
  let body: RunRequest | null = null;
  try {
    await opened();
    if (request !== own) return;
    body = own.body();
    for await (const line of requestLines(body, own.control.signal)) {
      if (request !== own) return;
      own.lines.take(line);
      ahead.value = line.kind === "waiting" ? line.ahead : null;
      if (line.kind === "frame") {
        opsSoFar.value = line.progress.ops;
        timer ??= setTimeout(showSoFar, due - Date.now());
      }
    }
    if (request !== own || !own.lines.outcome) return;
    const { outcome } = own.lines;
    batch(() => {
      phase.value = { kind: "idle" };
      own.show(outcome);
    });
    const asked = body;
    void import("./kept-runs")
      .then(({ keep }) => keep(asked, own.lines.trace(outcome)))
      .catch(() => undefined);
  } catch (error) {
    if (request !== own || own.control.signal.aborted) return;
    if (!own.lines.isEmpty) own.show(brokenOff("silence"));
    else if (body && error instanceof RunFailure && error.kind === "network" && (await showKept(body, own)))
      return;
    phase.value = {
      kind: "failed",
      failure: error instanceof RunFailure ? error : new RunFailure("draw", String(error)),
    };
  } finally {
    clearTimeout(timer);
    if (request === own) request = null;
  }
}

/** What the same cells gave when the server could be reached, if that is kept; false if not. */
async function showKept(body: RunRequest, own: Request): Promise<boolean> {
  const trace = await import("./kept-runs").then(({ recall }) => recall(body)).catch(() => null);
  if (!trace || request !== own) return false;
  batch(() => {
    phase.value = { kind: "idle" };
    notice.value = words.value.server.kept;
    own.open(trace);
  });
  return true;
}

function newRequest(changed: Overrides): Request {
  let entries: typeof sent.value = [];
  const body = () => {
    entries = cells.value.map((cell) => ({ cell, source: cell.source.value }));
    return runRequest(changed);
  };
  const lines = new Folding();
  let isShown = false;
  const open = (trace: Trace) => {
    const shown = openRun(trace);
    batch(() => {
      if (!isShown) {
        isShown = true;
        generation.value++;
        sent.value = entries;
        overrides.value = changed;
      }
      outcomeSeen.value = false;
      run.value = shown;
    });
  };
  return { control: new AbortController(), lines, body, open, show: (outcome) => open(lines.trace(outcome)) };
}

/** So that the same code shows the same numbers twice. */
export const SEED = 0;

/** Gives up the run that goes on. */
function cancelRun(): void {
  request?.control.abort();
  request = null;
  if (phase.value.kind === "running") phase.value = { kind: "idle" };
}

/** Stops the run that goes on; what has come of it can be played. */
export function stopRun(): void {
  const stopped = request;
  batch(() => {
    cancelRun();
    if (stopped && !stopped.lines.isEmpty) stopped.show(brokenOff("cancelled"));
  });
}
