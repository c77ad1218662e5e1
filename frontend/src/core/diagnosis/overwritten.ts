/** A saved tensor that was written over before the backward could use it: noticed by its version, or, through `.data`, not. */

import { insertLine, replaceSpan } from "../explain/edits";
import { lineText, nameOf, opPlace, statementAt, variableOn } from "../explain/places";
import { type Place, tell } from "../explain/said";
import { at } from "../lists";
import type { Run } from "../run";
import type { Diagnosis, Fix, Told } from "./types";

/** What a node saved, and the op that wrote over it. */
interface Overwriting {
  tensor: number;
  saved: number;
  now: number;
  /** The event of the op that wrote first, and the op. */
  event: number;
  op: number;
}

export function diagnoseOverwritten(run: Run, node: number, event: number): Diagnosis | null {
  const found = overwriting(run, node, event);
  if (!found) return null;
  const maker = at(run.trace.nodes, node);
  return {
    event,
    isError: true,
    happened: [
      told(run, node, found, event),
      tell("changedBy", { code: writePlace(run, found), now: String(found.now), ...whereOf(run, found.op) }),
    ],
    meaning: tell("meansOverwritten", { node: maker.name }),
    marks: [
      {
        op: maker.op,
        role: "failed",
        label: tell("markSaved", { saved: String(found.saved), now: String(found.now) }),
      },
      { op: found.op, role: "cause", label: tell("markWrites", { now: String(found.now) }) },
    ],
    fix: mend(run, found),
  };
}

function told(run: Run, node: number, { tensor, saved }: Overwriting, k: number): Told {
  const { name, op } = at(run.trace.nodes, node);
  const isResult = op !== null && at(run.trace.ops, op).outputs.includes(tensor);
  return tell(isResult ? "savedResult" : "savedInput", {
    node: op === null ? name : { ...opPlace(run, op), text: name },
    tensor: nameOf(run, tensor, k),
    saved: String(saved),
  });
}

function overwriting(run: Run, node: number, event: number): Overwriting | null {
  for (const { tensor, version } of at(run.trace.nodes, node).saved) {
    if (tensor === null || version === null) continue;
    const { storage } = at(run.trace.tensors, tensor);
    const now = run.storageAt(storage, event)?.version ?? version;
    if (now === version) continue;
    const written = run.trace.events.findIndex(
      (each, index) =>
        index < event && each.kind === "write" && each.storage === storage && each.version > version,
    );
    const writer = written < 0 ? null : writerOf(run, written);
    if (writer) return { tensor, saved: version, now, ...writer };
  }
  return null;
}

/** The in-place op whose write an event is: it comes next. */
export function writerOf(run: Run, written: number): { event: number; op: number } | null {
  for (let i = written + 1; i < run.trace.events.length; i++) {
    const event = at(run.trace.events, i);
    if (event.kind === "op") return { event: i, op: event.op };
    if (event.kind !== "write") return null;
  }
  return null;
}

function whereOf(run: Run, op: number) {
  const { span } = at(run.trace.ops, op);
  return span === null ? { cell: "?", line: "?" } : lineText(run, span);
}

/** A write is told by its statement: the op's own code may be no more than the target, `e[0]`. */
function writePlace(run: Run, { event, op }: { event: number; op: number }): Place {
  const statement = statementAt(run, event);
  const text = statement === null ? "" : run.source(statement);
  return text && !text.includes("\n") ? { text, event, op } : opPlace(run, op);
}

/** A leaf that requires grad. */
function isAsked(run: Run, tensor: number, k: number): boolean {
  const state = run.tensorAt(tensor, k);
  return (state?.is_leaf && state.requires_grad) ?? false;
}

const AUGMENTED = /^(\w+)\s*(\*\*|\/\/|[-+*/@%])=\s*([\s\S]+)$/;

/** A leaf cannot make room for a copy: what reads it must come before what writes it. */
function mend(run: Run, { tensor, event, op }: Overwriting): Fix | null {
  const statement = statementAt(run, event);
  if (statement === null || isAsked(run, tensor, event)) return null;
  const text = run.source(statement);
  const augmented = AUGMENTED.exec(text);
  const own = at(run.trace.ops, op).span;
  if (augmented && own !== null && run.source(own) === text) {
    const [, name, sign, value = ""] = augmented;
    const operand = /^[\w.()[\]]+$/.test(value) ? value : `(${value})`;
    return {
      label: tell("fixOutOfPlace"),
      edits: [replaceSpan(run, statement, `${name} = ${name} ${sign} ${operand}`)],
    };
  }
  const name = variableOn(run, at(run.trace.tensors, tensor).storage, event, text);
  if (name === null) return null;
  return {
    label: tell("fixCopyFirst", { name }),
    edits: [insertLine(run, statement, "before", `${name} = ${name}.clone()`)],
  };
}

/** Numbers that `.data` let be changed behind autograd's back, and the first VJP that used them. */
export function findHidden(run: Run): Diagnosis[] {
  const { events, nodes } = run.trace;
  const found: Diagnosis[] = [];
  events.forEach((event, index) => {
    if (event.kind !== "write" || run.storageAt(event.storage, index)?.version !== event.version) return;
    const writer = writerOf(run, index);
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
