/** Where a tensor lost its history: the edges that cut the gradient, found by walking back from a tensor that has none. */

import { at } from "../lists";
import type { Run } from "../run";
import type { Reason } from "../types";

type CutKey = "cutDetach" | "cutData" | "cutNoGrad" | "cutExit" | "cutNotDifferentiable" | "cutRewrap";
/** The sentence about each reason, which `diagnosis/` and `why/` both have by that name. */
export const CUT_BY: Partial<Record<Reason, CutKey>> = {
  detach: "cutDetach",
  data: "cutData",
  no_grad: "cutNoGrad",
  exit: "cutExit",
  not_differentiable: "cutNotDifferentiable",
  rewrap: "cutRewrap",
};

export interface Cut {
  /** The trace's edge, the op it goes into, and the tensor whose gradient ends there. */
  edge: number;
  op: number;
  tensor: number;
  reason: Reason;
}

/** What a tensor without history goes back to: edges that were cut, and leaves that asked for nothing. */
export interface Origins {
  cuts: Cut[];
  /** Floating-point leaves that do not require grad, nearest first. */
  silent: number[];
  /** Gradients without a graph of their own that it was computed from. */
  gradients: number[];
}

export function originsOf(run: Run, tensor: number): Origins {
  const origins: Origins = { cuts: [], silent: [], gradients: [] };
  const seen = new Set<number>();
  const waiting = [tensor];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { op } = at(run.trace.tensors, next);
    if (op === null || seen.has(op)) continue;
    seen.add(op);
    const made = at(run.trace.ops, op);
    const edges = run.edgesOf(op);
    const isSilent = made.inputs.every((input) => input.tensor === null);
    for (const index of edges) {
      const edge = at(run.trace.edges, index);
      const from = made.inputs[edge.slot]?.tensor ?? null;
      if (from === null) continue;
      if (edge.kind === "detached" && edge.reason)
        origins.cuts.push({ edge: index, op, tensor: from, reason: edge.reason });
      else if (edge.kind === "constant") {
        if (at(run.trace.tensors, from).op === null) origins.gradients.push(from);
        waiting.push(from);
      }
    }
    if (isSilent && at(run.trace.tensors, next).dtype.startsWith("float")) origins.silent.push(next);
  }
  return origins;
}

/** The event that set requires_grad on a leaf after an op had used it; null if nobody did. */
export function askedLater(run: Run, tensor: number, after: number): number | null {
  const found = run.trace.events.findIndex(
    (event, index) =>
      index > after && event.kind === "requires_grad" && event.tensor === tensor && event.value,
  );
  return found < 0 ? null : found;
}
