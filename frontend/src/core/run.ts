/** A trace with its indices: what every view asks about a moment is a look-up here. Build it once a trace. */
import type { Trace } from "../schema/trace";

export interface Run {
  trace: Trace;
  /** Value (its position in `trace.values`) of a tensor at a storage version, null if it was not recorded. */
  valueAt(tensor: number, version: number): number | null;
  /** The variables a tensor has after k events: "x", "y"; "x.grad" for a gradient buffer. */
  namesAt(tensor: number, k: number): string[];
  /** A leaf's .grad after k events: the tensor that is its .grad and its value. */
  gradAt(tensor: number, k: number): { grad: number; value: number } | null;
  /** How many UTF-16 units of each output of a cell have been written after k events. */
  outputsAt(cell: number, k: number): number[];
  /** Status of a cell after k events. */
  cellAt(cell: number, k: number): "not_run" | "running" | "done" | "error" | "stopped";
}

export function openRun(_trace: Trace): Run {
  throw new Error("not yet");
}
