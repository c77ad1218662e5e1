/** Which card a step is about: its op's or its node's, or that of the last one before it. */

import type { Event } from "../schema/trace";
import { fullGraph } from "./cards";
import { at } from "./lists";
import type { Run } from "./run";
import type { Step } from "./types";

/** The op that an event runs, goes back through, or begins to go back from. */
export function opAtWork(run: Run, event: Event): number | null {
  if (event.kind === "op") return event.op;
  if (event.kind === "vjp") return at(run.trace.nodes, event.node).op;
  return event.kind === "backward_begin" ? (run.trace.tensors[event.roots[0] ?? -1]?.op ?? null) : null;
}

export function cardAt(run: Run, step: Step): string | undefined {
  const { cardOfOp, cards } = fullGraph(run);
  for (let index = Math.min(step.to, run.trace.events.length) - 1; index >= 0; index--) {
    const event = at(run.trace.events, index);
    const card = cardOfOp.get(opAtWork(run, event) ?? -1);
    if (card !== undefined) return card;
  }
  return cards[0]?.id;
}
