/** A saved tensor that was written over through `.data`, which nothing noticed. */

import { replaceSpan } from "../explain/edits";
import { tell } from "../explain/said";
import { at } from "../lists";
import type { Run } from "../run";
import type { Diagnosis, Fix } from "./types";
import { told, whereOf, writePlace, writerOf } from "./writes";

/** Numbers that `.data` let be changed behind autograd's back, and the first VJP that used them. */
export function findHidden(run: Run): Diagnosis[] {
  const { events, nodes } = run.trace;
  const found: Diagnosis[] = [];
  events.forEach((event, index) => {
    if (event.kind !== "write" || run.storageAt(event.storage, index)?.version !== event.version) return;
    const writer = keepsStatistics(run, index, event.storage) ? null : writerOf(run, index);
    const used = writer ? firstUse(run, event.storage, event.version, index) : null;
    const node = used === null ? undefined : events[used];
    if (!writer || used === null || node?.kind !== "vjp") return;
    const saved = at(nodes, node.node).saved.find(
      ({ tensor }) => tensor !== null && at(run.trace.tensors, tensor).storage === event.storage,
    );
    if (saved?.tensor == null) return;
    const over = { tensor: saved.tensor, saved: event.version, now: event.version, ...writer };
    const data = at(run.trace.ops, writer.op).inputs[0]?.tensor ?? null;
    const through = data === null ? null : at(run.trace.tensors, data).op;
    found.push({
      event: used,
      isError: false,
      happened: [
        told(run, node.node, over, used),
        tell("hiddenChange", { code: writePlace(run, writer), ...whereOf(run, writer.op) }),
        tell("hiddenResult", { node: at(nodes, node.node).name }),
      ],
      meaning: null,
      marks: [
        { op: at(nodes, node.node).op, role: "failed", label: tell("markWrong") },
        { op: writer.op, role: "cause", label: tell("markHidden") },
      ],
      fix: through === null ? null : noticed(run, through),
    });
  });
  return found;
}

/** Batch-norm writes its statistics without counting, too, and its writes follow it: they are none of the next op's. */
function keepsStatistics(
  { trace: { events, ops, tensors } }: Run,
  written: number,
  storage: number,
): boolean {
  let event = at(events, written);
  for (let i = written; event.kind === "write" && i > 0; ) event = at(events, --i);
  if (event.kind !== "op") return false;
  const { name, inputs } = at(ops, event.op);
  return (
    name === "native_batch_norm" && inputs.some(({ tensor }) => tensors[tensor ?? -1]?.storage === storage)
  );
}

/** The first VJP after the write of a node that had saved the storage at that version before it. */
function firstUse(run: Run, storage: number, version: number, written: number): number | null {
  const { events, nodes, tensors } = run.trace;
  const found = events.findIndex((event, index) => {
    if (event.kind !== "vjp" || index < written) return false;
    const { op, saved } = at(nodes, event.node);
    const made = op === null ? null : run.eventOfOp(op);
    return (
      made !== null &&
      made < written &&
      saved.some(
        (each) =>
          each.tensor !== null && each.version === version && at(tensors, each.tensor).storage === storage,
      )
    );
  });
  return found < 0 ? null : found;
}

/** `.detach()` for `.data`: the same numbers, but autograd notices. */
function noticed(run: Run, op: number): Fix | null {
  const { name, span } = at(run.trace.ops, op);
  const text = span === null ? "" : run.source(span);
  if (name !== "data" || span === null || !text.endsWith(".data")) return null;
  const better = `${text.slice(0, -".data".length)}.detach().clone()`;
  return { label: tell("fixData"), edits: [replaceSpan(run, span, better)] };
}
