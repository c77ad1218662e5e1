/** The state of a run after its first k events: a pure fold, the twin of `gradwalk.trace.frame`. */
import type { Trace } from "../schema/trace";

export interface Frame {
  at: number;
}

export function frameAt(_trace: Trace, _k: number): Frame {
  throw new Error("not yet");
}
