/** Runs code that is not the page's own, to be shown beside what the page runs. */
import { RunFailure, type RunRequest, requestTrace } from "../api";
import { openRun, type Run } from "../core/run";
import { words } from "../i18n";
import { keep, recall } from "./kept-runs";
import { SEED } from "./request";
import { elements } from "./run";
import { notice } from "./screen";

/** Null where it cannot be had: that is said on the page then. */
export async function runOther(cells: RunRequest["cells"]): Promise<Run | null> {
  const request: RunRequest = { cells, options: { seed: SEED, max_elements: elements.peek() } };
  try {
    const trace = await requestTrace(request, new AbortController().signal);
    void keep(request, trace);
    return openRun(trace);
  } catch (error) {
    const kind = error instanceof RunFailure ? error.kind : "draw";
    const known = kind === "network" ? await recall(request) : null;
    if (known) return openRun(known);
    const { run: told, server } = words.value;
    notice.value = { ...told.failures, ...server?.failures }[kind] ?? kind;
    return null;
  }
}
