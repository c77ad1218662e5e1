/** A run that was made elsewhere and is only played here. */
import { batch } from "@preact/signals";
import { openRun, type Run } from "../core/run";
import type { Trace } from "../schema/trace";
import { cells, openCells } from "./cells";
import { generation, outcomeSeen, overrides, run, sent } from "./run";

/** The version of the trace document that this page reads. */
const SCHEMA_VERSION = 1;

export function isTrace(document: unknown): document is Trace {
  return (document as Partial<Trace> | null)?.schema_version === SCHEMA_VERSION;
}

/** Opens a trace with its code. */
export function openGiven(trace: Trace, title: string): void {
  showGiven(openRun(trace), title);
}

/** Shows a run that is open already. */
export function showGiven(opened: Run, title: string): void {
  batch(() => {
    openCells(
      title,
      opened.trace.cells.map(({ source, execution_count }) => ({
        source,
        executionCount: execution_count,
        note: "",
      })),
    );
    generation.value++;
    sent.value = cells.value.map((cell) => ({ cell, source: cell.source.value }));
    overrides.value = new Map();
    outcomeSeen.value = false;
    run.value = opened;
  });
}
