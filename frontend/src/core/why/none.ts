/** Why there is no gradient: nothing asked for it, no pass ran, it was cleared, or no way leads from a root to the tensor. */

import { CUT_BY, originsOf } from "../explain/cuts";
import {
  codePlace,
  errorEvent,
  lastBefore,
  lineText,
  nameOf,
  opPlace,
  statementAt,
  tensorPlace,
} from "../explain/places";
import { tell } from "../explain/said";
import { ledgers } from "../ledger";
import { at, push } from "../lists";
import { valueText } from "../naming";
import type { Run } from "../run";
import type { Reason } from "../types";
import type { Why } from "./types";

export function whyNone(run: Run, tensor: number, k: number): Why[] {
  const name = nameOf(run, tensor, k);
  const state = run.tensorAt(tensor, k);
  if (!state) return [tell("notMade", { name })];
  if (!state.requires_grad) return [tell("notAsked", { name }), ...whyNotAsked(run, tensor, k)];
  const passes = run.backwardOf(k - 1);
  if (!passes) return [tell("noPass", { name })];
  const cleared = ledgers(run)
    .find((book) => book.tensor === tensor)
    ?.entries.findLast(({ event }) => event < k);
  if (cleared?.kind === "none")
    return [
      tell("cleared", { name: { text: `${name}.grad`, event: cleared.event }, passes: String(passes) }),
    ];
  const before = passedBefore(run, tensor, k);
  if (before) return [before];
  return whyUnreached(run, tensor, name, k);
}

/** A result's gradient of an earlier pass, which nobody kept. */
function passedBefore(run: Run, tensor: number, k: number): Why | null {
  const [node, output] = run.tensorAt(tensor, k)?.grad_fn ?? [null, 0];
  if (node === null) return null;
  const found = lastBefore(run, k, (event) => event.kind === "vjp" && event.node === node);
  const event = found === null ? undefined : run.trace.events[found];
  const value = event?.kind === "vjp" ? (event.cotangents_in[output] ?? null) : null;
  if (found === null || value === null) return null;
  const name = nameOf(run, tensor, k);
  const gradient = { text: valueText(run, value), event: found };
  return tell("passedBefore", { name, gradient, pass: String(run.backwardOf(found)) });
}

/** The last pass before k ended in the error that ended the run. */
function isCutShort(run: Run, k: number): boolean {
  const event = errorEvent(run);
  const last = run.backwards.at(-1);
  return (
    run.trace.outcome.error?.node != null && event !== null && last !== undefined && last < k && event <= k
  );
}

function whyNotAsked(run: Run, tensor: number, k: number): Why[] {
  const { dtype } = at(run.trace.tensors, tensor);
  if (!/^(b?float|complex)/.test(dtype)) return [tell("notFloat", { dtype })];
  const off = lastBefore(run, k, (event) => event.kind === "requires_grad" && event.tensor === tensor);
  const span = off === null ? null : statementAt(run, off);
  if (off !== null && span !== null)
    return [tell("switchedOff", { code: codePlace(run, span, off), ...lineText(run, span) })];
  const { cuts, silent } = originsOf(run, tensor);
  const [cut] = cuts;
  if (cut) return [tellCut(run, cut.op, cut.tensor, cut.reason, k)];
  const leaf = silent.find((each) => each !== tensor);
  if (leaf !== undefined) return [tell("fromSilent", { leaf: tensorPlace(run, leaf, k) })];
  return [tell("silent")];
}

function tellCut(run: Run, op: number, tensor: number, reason: Reason, k: number): Why {
  const { span } = at(run.trace.ops, op);
  return tell(CUT_BY[reason] ?? "cutOther", {
    code: opPlace(run, op),
    tensor: nameOf(run, tensor, k),
    ...(span === null ? { cell: "?", line: "?" } : lineText(run, span)),
  });
}

const consumersOf = new WeakMap<Run, Map<number, { op: number; edge: number }[]>>();

/** The ops that take a tensor, with the edge along which they do. */
function consumers(run: Run): Map<number, { op: number; edge: number }[]> {
  let known = consumersOf.get(run);
  if (!known) {
    known = new Map();
    for (const [edge, { op, slot }] of run.trace.edges.entries()) {
      const tensor = at(run.trace.ops, op).inputs[slot]?.tensor ?? null;
      if (tensor !== null) push(known, tensor, { op, edge });
    }
    consumersOf.set(run, known);
  }
  return known;
}

/** Follows what was computed from the tensor to where backward passes began: first without, then over cuts. */
function whyUnreached(run: Run, tensor: number, name: string, k: number): Why[] {
  const { events, edges, ops } = run.trace;
  const began = run.backwards.filter((event) => event < k).map((event) => at(events, event));
  const roots = new Set(began.flatMap((event) => (event.kind === "backward_begin" ? event.roots : [])));
  const [open] = follow(run, tensor, roots, k, false);
  if (open !== null) {
    const pass = run.moment(k).backward;
    if (pass !== null) return [tell("underWay", { name, pass: String(pass) })];
    if (isCutShort(run, k)) return [tell("cutShort", { name })];
    const writer = writtenBy(run, tensor, k);
    if (writer) return [tell("writtenSince", { name, root: nameOf(run, open, k), ...writer })];
    const isTaken = began.every((event) => event.kind === "backward_begin" && !event.accumulate);
    return [isTaken ? tell("handedBack", { name }) : tell("notWanted", { name, root: nameOf(run, open, k) })];
  }
  const [root, cut, isUsed, exit] = follow(run, tensor, roots, k, true);
  const broken = (edge: number): Why[] => {
    const { op, slot, reason } = at(edges, edge);
    const from = at(ops, op).inputs[slot]?.tensor ?? tensor;
    return reason ? [tellCut(run, op, from, reason, k)] : [];
  };
  if (root !== null && cut !== null && at(edges, cut).reason)
    return [tell("throughCut", { name, root: tensorPlace(run, root, k) }), ...broken(cut)];
  return [tell(isUsed ? "leadsElsewhere" : "unused", { name }), ...(exit === null ? [] : broken(exit))];
}

/** The in-place op that gave a tensor the history it has now. */
function writtenBy(run: Run, tensor: number, k: number) {
  const [node] = run.tensorAt(tensor, k)?.grad_fn ?? [null];
  const op = node === null ? null : at(run.trace.nodes, node).op;
  if (op === null || !at(run.trace.ops, op).in_place) return null;
  const { span } = at(run.trace.ops, op);
  return { code: opPlace(run, op), ...(span === null ? { cell: "?", line: "?" } : lineText(run, span)) };
}

/** The first root that what was computed from a tensor leads to, the first cut on the way there, and whether anything was
 * computed from it at all; where no way leads to a root, the last one that left for Python as a number. */
function follow(
  run: Run,
  tensor: number,
  roots: ReadonlySet<number>,
  k: number,
  overCuts: boolean,
): [root: number | null, cut: number | null, isUsed: boolean, exit: number | null] {
  const cuts = new Map<number, number | null>([[tensor, null]]);
  const waiting = [tensor];
  let isUsed = false;
  let exit: number | null = null;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const cut = cuts.get(next) ?? null;
    if (roots.has(next)) return [next, cut, isUsed, null];
    for (const { op, edge } of consumers(run).get(next) ?? []) {
      if ((run.eventOfOp(op) ?? k) >= k) continue;
      isUsed = true;
      const isTracked = at(run.trace.edges, edge).kind === "tracked";
      if (!isTracked && !overCuts) continue;
      if (at(run.trace.edges, edge).reason === "exit") exit = edge;
      for (const output of at(run.trace.ops, op).outputs)
        if (!cuts.has(output)) {
          cuts.set(output, cut ?? (isTracked ? null : edge));
          waiting.push(output);
        }
    }
  }
  return [null, null, isUsed, exit];
}
