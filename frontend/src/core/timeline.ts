/** Steps: which events the player takes in one move, by line or by op. */
import type { Trace } from "../schema/trace";
import type { Granularity, Timeline } from "./types";

export function buildTimeline(_trace: Trace, _granularity: Granularity): Timeline {
  throw new Error("not yet");
}

/** The step (its position) during which the event happens: to keep the place when the granularity changes. */
export function stepOfEvent(_timeline: Timeline, _event: number): number {
  throw new Error("not yet");
}
