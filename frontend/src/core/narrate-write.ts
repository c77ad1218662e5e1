/** What a write in place did: which code wrote, into which numbers, and through which view of them. */

import type { Op } from "../schema/trace";
import { statementAt } from "./explain/places";
import { at } from "./lists";
import { codeOf, givenName, nameOf, shorten, tensorText } from "./naming";
import type { Run } from "./run";
import { say } from "./sentences";
import type { Sentence } from "./types";

const AUGMENTED = /^\s*(?:[-+*/@%&|^]|\*\*|\/\/|<<|>>)=/;

export function tellWrite(run: Run, op: Op, index: number, k: number): Sentence {
  const written = at(op.outputs, 0);
  const name = nameOf(run, written, k);
  const { storage } = at(run.trace.tensors, written);
  const version = String(run.storageAt(storage, k)?.version ?? 0);
  const statement = statementOf(run, index);
  const target = targetOf(run, op, statement);
  const rest = target !== null && statement.startsWith(target) ? statement.slice(target.length) : "";
  if (AUGMENTED.test(rest)) return say("storedBack", { code: shorten(statement), name, version });
  const own = codeOf(run, index);
  const code = target === null ? own : rest ? shorten(statement) : `${own} = …`;
  const base = baseOf(run, written, k);
  const value = tensorText(run, base, k);
  return base === written
    ? say("inPlace", { code, name, value, version })
    : say("inPlaceThrough", { code, name, base: nameOf(run, base, k), value, version });
}

function statementOf(run: Run, op: number): string {
  const event = run.eventOfOp(op);
  const span = event === null ? null : statementAt(run, event);
  return span === null ? "" : run.source(span);
}

/** The target of `x[0] = 1`, whose write has no more code than that; null where an op has its own. */
function targetOf(run: Run, { span, during }: Op, statement: string): string | null {
  const code = span === null || during !== null ? "" : run.source(span);
  if (!code.endsWith("]") || code === statement) return null;
  return statement.startsWith(code) || !code.includes("=") ? code : null;
}

/** What has a name among a nameless view and what it is a view of, else the first of them. */
function baseOf(run: Run, tensor: number, k: number): number {
  if (givenName(run, tensor, k) !== undefined) return tensor;
  const { op, storage } = at(run.trace.tensors, tensor);
  const from = op === null ? null : (at(run.trace.ops, op).inputs[0]?.tensor ?? null);
  const isView = from !== null && from !== tensor && at(run.trace.tensors, from).storage === storage;
  return isView ? baseOf(run, from, k) : tensor;
}
