/** The graph to draw: ops fused with their outputs, grouped by scope, folded, split into components. */
import type { Run } from "./run";
import type { Step, ViewGraph } from "./types";

/** What is unfolded. Scopes not in `open` are one card; components not in `focus` are a faded chip. */
export interface View {
  open: ReadonlySet<number>;
  focus: ReadonlySet<number>;
}

/** The connected parts of the graph, in program order, leaves not connecting. */
export interface Component {
  cards: string[];
  cells: number[];
}

export function components(_run: Run): Component[] {
  throw new Error("not yet");
}

/** The components a step is about: those of its op or of its backward pass, else those of the nearest step before. */
export function focusOf(_run: Run, _step: Step): Set<number> {
  throw new Error("not yet");
}

/** Scopes to open at first: all, but of a long loop the first iteration only. With `step`: the ones it is in. */
export function openAtFirst(_run: Run, _step?: Step): Set<number> {
  throw new Error("not yet");
}

export function viewGraph(_run: Run, _view: View): ViewGraph {
  throw new Error("not yet");
}
