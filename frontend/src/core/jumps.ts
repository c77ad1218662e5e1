/** Where one may want to go from a moment: where a value was made, where it is touched next, the next backward, the error. */

import { countBelow } from "./lists";
import type { Run } from "./run";
import type { Card } from "./types";

/** The event that made what a card shows. */
export function madeAt(card: Card): number {
  return Math.max(0, card.born - 1);
}

/** The first event from the k-th on that uses or changes a card's tensor, or sends its gradient on; null if none does. */
export function nextTouch(run: Run, card: Card, k: number): number | null {
  const events = touchesOf(run, card);
  return events[countBelow(events, k)] ?? null;
}

/** The event with which the next backward pass begins. */
export function nextBackward(run: Run, k: number): number | null {
  return run.backwards[countBelow(run.backwards, k)] ?? null;
}

/** The event of the error that ended the run. */
export function errorAt(run: Run): number | null {
  const index = run.trace.events.findLastIndex(({ kind }) => kind === "error");
  return index < 0 ? null : index;
}

function touchesOf(run: Run, { tensor, node, op }: Card): number[] {
  const events = new Set(tensor === null ? [] : run.touches(tensor));
  run.trace.events.forEach((event, index) => {
    if (event.kind === "op") {
      const { inputs } = run.trace.ops[event.op] ?? { inputs: [] };
      const uses = tensor !== null && inputs.some((operand) => operand.tensor === tensor);
      if (uses || event.op === op) events.add(index);
    } else if ("node" in event && event.node !== null && event.node === node && event.kind !== "free")
      events.add(index);
  });
  return [...events].sort((a, b) => a - b);
}
