/** A saved tensor that was written over before the backward could use it, noticed by its version. */

import { insertLine, replaceSpan } from "../explain/edits";
import { statementAt, variableOn } from "../explain/places";
import { tell } from "../explain/said";
import { at } from "../lists";
import type { Run } from "../run";
import type { Diagnosis, Fix } from "./types";
import { type Overwriting, told, whereOf, writePlace, writerOf } from "./writes";

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
