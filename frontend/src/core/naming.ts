/** What to call a tensor, an op or a stretch of code in a sentence. */

import { putInto } from "./binding";
import { formatBriefly } from "./format";
import { at } from "./lists";
import type { Run } from "./run";
import { numbersOf } from "./values";

const LONGEST = 64;
const LONGEST_MESSAGE = 240;

/** Controls, and what turns the direction of the text that follows it. */
const UNSEEN = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

function escaped(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A tensor after k events: the variable that names it, or named it last, or the code that made it. */
export function nameOf(run: Run, tensor: number, k: number): string {
  const { op } = at(run.trace.tensors, tensor);
  return givenName(run, tensor, k) ?? (op === null ? "grad" : codeOf(run, op));
}

/** The variable that names a tensor after k events, or named it last; or what it will be in a module: `net.0.weight`. */
export function givenName(run: Run, tensor: number, k: number): string | undefined {
  return run.namesAt(tensor, k)[0] ?? run.namesUntil(tensor, k).at(-1) ?? run.memberOf(tensor);
}

/**
 * The sub-expression of an op. What a VJP ran has none of its own and is called by its node and its formula, but in a Function's own backward:
 * `PowBackward0: grad * (x * 2.0)`; what a module inside another ran, by that module: `0: Linear · addmm`. What is on the way to the value of
 * its code is called by its name too: `m[0, 1]` takes `m[0, 1] · select` first.
 */
export function codeOf(run: Run, op: number): string {
  const { span, name, during, scope } = at(run.trace.ops, op);
  const around = scope === null ? undefined : at(run.trace.scopes, scope);
  if (during !== null && (around?.kind ?? "vjp") === "vjp")
    return `${at(run.trace.nodes, during).name}: ${shorten(inVjp(run, op, DEEPEST))}`;
  if (around?.kind === "module" && around.label.includes(": ")) return `${around.label} · ${name}`;
  if (span === null) return name;
  return sourceOf(run, span) + (isOnTheWay(run, op) ? ` · ${name}` : "");
}

/** So deep the ops of a VJP are opened: further in there are dots. */
const DEEPEST = 3;

/** What an op of a VJP computes, from what that was given: its own ops are opened, and what came in is `grad`. */
function inVjp(run: Run, op: number, depth: number): string {
  const { formula, name, inputs, during, span } = at(run.trace.ops, op);
  const operand = (tensor: number): string => {
    const made = at(run.trace.tensors, tensor).op ?? -1;
    const by = run.trace.ops[made];
    if (by?.during === during) return depth ? inVjp(run, made, depth - 1) : "…";
    // Of the same pass, for all its ops have the code that called for it.
    return by?.span === span ? "grad" : nameOf(run, tensor, run.eventOfOp(op) ?? 0);
  };
  return putInto(
    run.trace.formulas[formula ?? -1]?.forward?.text ?? name,
    new Map(inputs.map((o) => [o.argument, o.tensor === null ? (o.constant ?? "?") : operand(o.tensor)])),
  );
}

/** Of what runs for the same code, so many ops are looked at. */
const FAR = 50;

/**
 * Whether more that gives something runs for the same code after an op, with its result or otherwise than the same again; or a write that
 * takes its result in, or a pass back of which the op has nothing: what `torch.func.grad` gave has its value from that.
 */
function isOnTheWay(run: Run, op: number): boolean {
  const { ops, tensors } = run.trace;
  const { span, scope, name, inputs, outputs } = at(ops, op);
  const passed = run.passesByCode.get(span);
  const isBefore = (tensor: number | null, k: number) =>
    (run.eventOfOp(tensors[tensor ?? -1]?.op ?? -1) ?? k) < k;
  if (passed !== undefined && inputs.every(({ tensor }) => isBefore(tensor, passed))) return true;
  return ops.slice(op + 1, op + FAR).some((next) => {
    if (next.span !== span || next.scope !== scope || next.outputs.length === 0) return false;
    const takes = next.inputs.map(({ tensor }) => outputs.includes(tensor ?? -1));
    // What `t[1] *= 3` stores back is in the same storage.
    const storages = [outputs[0], next.outputs[0]].map((tensor) => tensors[tensor ?? -1]?.storage);
    if (next.in_place) return takes.lastIndexOf(true) > 0 && storages[0] !== storages[1];
    return next.name !== name || takes.includes(true);
  });
}

/** Source text in one line: a line that goes on behind a backslash, too. */
export function sourceOf(run: Run, span: number): string {
  return shorten(run.source(span));
}

export function shorten(text: string, longest = LONGEST): string {
  const line = text
    .replace(/(\\\n|\s)+/g, " ")
    .trim()
    .replace(UNSEEN, escaped);
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

/** A message: a long one ends with a whole sentence, or at least with a whole word. */
export const messageText = (text: string) =>
  shorten(text, LONGEST_MESSAGE).replace(/(.{120,}\. |.{120,} ).*…$/, "$1…");

/** A value's numbers, short. */
export function valueText(run: Run, value: number | null, tensor?: number): string {
  return value === null ? "?" : formatBriefly(numbersOf(run.trace, value, tensor));
}

/** A tensor's numbers after k events, short. */
export function tensorText(run: Run, tensor: number, k: number): string {
  const { storage } = at(run.trace.tensors, tensor);
  return valueText(run, run.storageAt(storage, k)?.value ?? null, tensor);
}
