/** How cards and edges look at a step. */
import type { Run } from "./run";
import type { Card, CardState, EdgeState, GraphEdge, Step } from "./types";

export function cardState(_run: Run, _card: Card, _step: Step): CardState {
  throw new Error("not yet");
}

export function edgeState(_run: Run, _edge: GraphEdge, _step: Step): EdgeState {
  throw new Error("not yet");
}
