/** The life of each leaf's `.grad`: contribution by contribution, accumulation, zero_(), None, other writes. */

import { at, push } from "./lists";
import { nameOf } from "./naming";
import type { Run } from "./run";
import type { Ledger, LedgerEntry } from "./types";

/** One for each tensor that ever has a `.grad`, in the order they first get one. */
export function ledgers(run: Run): Ledger[] {
  const entries = new Map<number, LedgerEntry[]>();
  const { events, nodes, cells } = run.trace;
  let cell: number | null = null;
  /** The contributions on their way to each AccumulateGrad in this pass. */
  let arriving = new Map<number, LedgerEntry[]>();
  const gradients = new Map<number, number>();

  events.forEach((event, index) => {
    const backward = run.backwardOf(index);
    const entry = (own: Partial<LedgerEntry> & Pick<LedgerEntry, "kind">): LedgerEntry => {
      return { event: index, cell, backward: null, node: null, op: null, value: null, ...own };
    };
    switch (event.kind) {
      case "cell_begin":
        cell = cells[event.cell] ? event.cell : null;
        break;
      case "backward_begin":
        arriving = new Map();
        break;
      case "vjp":
        at(nodes, event.node).next_functions.forEach(([target], slot) => {
          const value = event.cotangents_out[slot] ?? null;
          if (target === null || value === null || at(nodes, target).variable === null) return;
          const { op } = at(nodes, event.node);
          push(arriving, target, entry({ kind: "contribution", backward, node: event.node, op, value }));
        });
        break;
      case "accumulate":
        for (const arrived of arriving.get(event.node) ?? []) push(entries, event.tensor, arrived);
        push(entries, event.tensor, entry({ kind: "accumulate", backward, value: event.result }));
        gradients.set(at(run.trace.tensors, event.grad).storage, event.tensor);
        break;
      case "grad_cleared":
        if (event.result === null) push(entries, event.tensor, entry({ kind: "none" }));
        else push(entries, event.tensor, entry({ kind: "zero", value: event.result }));
        break;
      case "write": {
        const leaf = gradients.get(event.storage);
        if (leaf !== undefined && !isToldOtherwise(run, index))
          push(entries, leaf, entry({ kind: "set", value: event.value }));
        break;
      }
    }
  });
  return [...entries].map(([tensor, list]) => ({
    tensor,
    name: nameOf(run, tensor, events.length),
    entries: list,
  }));
}

/** A write to a .grad that goes with its accumulation or clearing. */
function isToldOtherwise(run: Run, index: number): boolean {
  const written = run.trace.events[index];
  return run.trace.events.slice(Math.max(0, index - 3), index + 4).some((event) => {
    if (written?.kind !== "write" || (event.kind !== "accumulate" && event.kind !== "grad_cleared"))
      return false;
    return event.grad !== null && at(run.trace.tensors, event.grad).storage === written.storage;
  });
}
