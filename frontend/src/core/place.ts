/** Which card a step is about: its op's or its node's, or that of the last one before it. */

import { fullGraph } from "./cards";
import { at } from "./lists";
import type { Run } from "./run";
import type { Step } from "./types";

export function cardAt(run: Run, step: Step): string | undefined {
  const { cardOfOp, cards } = fullGraph(run);
  for (let index = Math.min(step.to, run.trace.events.length) - 1; index >= 0; index--) {
    const event = at(run.trace.events, index);
    const op =
      event.kind === "op" ? event.op : event.kind === "vjp" ? at(run.trace.nodes, event.node).op : null;
    const card = op === null ? undefined : cardOfOp.get(op);
    if (card !== undefined) return card;
  }
  return cards[0]?.id;
}
