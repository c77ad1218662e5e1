/** What a backward pass did: where it began, what each node sent on, what reached the leaves and what did not. */

import type { Event, Node, Op } from "../schema/trace";
import { lineIn } from "./cells";
import { added, formatBriefly } from "./format";
import { COPY_SLICES, findVjp, vjpWithNumbers } from "./formula";
import { at } from "./lists";
import { givenName, nameOf, valueText } from "./naming";
import { ruleOf } from "./rules";
import type { Run } from "./run";
import { say } from "./sentences";
import { accumulates } from "./state";
import type { Sentence, Step } from "./types";
import { isSumOf, numbersOf } from "./values";

type Of<Kind extends Event["kind"]> = Extract<Event, { kind: Kind }>;

/** Leaves told of when a whole backward pass is one step. */
const LEAVES_TOLD = 3;
const SUMMANDS_SHOWN = 4;

export function tellBackwardBegin(run: Run, step: Step, event: Of<"backward_begin">): Sentence[] {
  const name = event.roots.map((root) => nameOf(run, root, step.to)).join(", ");
  const gradient = valueTexts(run, event.gradients);
  const pass = String(step.backward ?? 1);
  const begun = say(event.accumulate ? "backwardBegin" : "gradBegin", { pass, name, gradient });
  const isOne = /^\[*1\]*$/.test(gradient);
  return event.roots.length > 1 ? [begun] : [begun, say(isOne ? "byItself" : "given")];
}

export function tellWholeBackward(run: Run, step: Step): Sentence[] {
  const told: Sentence[] = [];
  run.trace.events.slice(step.from, step.to).forEach((event, i) => {
    if (event.kind === "backward_begin") told.push(...tellBackwardBegin(run, step, event).slice(0, 1));
    else if (event.kind === "accumulate" && told.length <= LEAVES_TOLD)
      told.push(...tellAccumulate(run, step, event, step.from + i).slice(-1));
  });
  return told;
}

/** A cotangent that went on. */
interface Sent {
  slot: number;
  value: number;
  target: string;
  tensor: number | null;
  /** What the VJP gave, before what was broadcast is summed up. */
  out: string;
  /** The VJP with names put in; empty if that cannot be said. */
  symbols: string;
  text: string | undefined;
  share: string;
}

export function tellVjp(run: Run, step: Step, event: Of<"vjp">, index: number): Sentence[] {
  const node = at(run.trace.nodes, event.node);
  const name = nodeName(run, event.node, step.to);
  const gradient = valueTexts(run, event.cotangents_in);
  const sent = node.next_functions.flatMap(([next], slot): Sent[] => {
    const value = event.cotangents_out[slot] ?? null;
    if (next === null || value === null) return [];
    const { text, share = "" } = findVjp(run, index, slot) ?? {};
    const symbols = text === "grad" ? "" : (vjpWithNumbers(run, index, slot)?.symbols ?? "");
    const out = valueText(run, event.unreduced[slot] ?? value);
    const [target, tensor] = [nodeName(run, next, step.to), run.tensorOfNode(next)];
    return [{ slot, value, target, tensor, out, symbols, text, share }];
  });
  return [
    ...fanIn(run, event.node, index, name, event.cotangents_in),
    sending(sent, { name, gradient, op: node.name }),
    ...sent.flatMap((one) => telling(run, one, { name, node: event.node }, step.to)),
    ...reasons(run, node, sent),
    ...sent.flatMap((one) => summing(run, event, one)),
    ...blocked(run, node.op, step.to),
  ];
}

function sending(sent: Sent[], own: { name: string; gradient: string; op: string }): Sentence {
  const [only, second] = sent;
  if (!only) return say("vjpNowhere", own);
  if (second) {
    const parts = sent.map(({ symbols, out, target }) => `${symbols && `${symbols} = `}${out} → ${target}`);
    return say("vjpMany", { ...own, parts: parts.join("; ") });
  }
  const { target, out, symbols: formula, text = "grad" } = only;
  const isKept = out === own.gradient && (text === "grad" || ruleOf(text) === "ruleMoved");
  return say(formula ? "vjpFormula" : isKept ? "vjpUnchanged" : "vjp", { ...own, out, target, formula });
}

/** Why it is that which goes on, once for all that get something for the same reason. */
function reasons(run: Run, node: Node, sent: Sent[]): Sentence[] {
  const { name = "" } = run.trace.ops[node.op ?? -1] ?? {};
  if (/^(?:add|sub)_?\b/.test(name) && sent.every(({ text }) => text === "grad")) return [say("ruleAdd")];
  const told = new Map<string, Sentence>();
  for (const { text = "", target, share, value } of sent) {
    const isMean = text === "grad / n" && name.startsWith("mean");
    const isWrite = node.name === COPY_SLICES;
    const key = isMean ? share !== "1" && "ruleMean" : isWrite ? text === "0" && "ruleWritten" : ruleOf(text);
    if (key && !told.has(key))
      told.set(key, say(key, { name: target, count: share, out: valueText(run, value) }));
  }
  return [...told.values()];
}

/** Which one it is that gets something, where its name is another's by now: that of another round, or line. */
function telling(
  run: Run,
  { target, tensor }: Sent,
  own: { name: string; node: number },
  k: number,
): Sentence[] {
  if (tensor === null || run.namesAt(tensor, k).length > 0) return [];
  const made = madeBy(run, tensor);
  const round = roundsOf(run, made);
  if (round && round !== roundsOf(run, madeBy(run, run.tensorOfNode(own.node))))
    return [say("ofRound", { name: target, round })];
  const where = target === own.name && made?.during === null && run.trace.spans[made.span ?? -1];
  if (!where) return [];
  return [say("ofLine", { name: target, line: String(lineIn(run.trace.cells, where.cell, where.line)) })];
}

const madeBy = ({ trace: { ops, tensors } }: Run, tensor: number | null): Op | undefined =>
  ops[tensors[tensor ?? -1]?.op ?? -1];

/** The rounds of loops in which an op ran, from the outermost: `2.1`; nothing where in none. */
const roundsOf = (run: Run, op: Op | undefined): string =>
  run
    .scopePath(op?.scope ?? null)
    .flatMap((scope) => run.trace.scopes[scope]?.index ?? [])
    .join(".");

/** An operand that was broadcast gets the sum over what it was spread to. */
function summing(run: Run, event: Of<"vjp">, { slot, value, target }: Sent): Sentence[] {
  const unreduced = event.unreduced[slot] ?? null;
  if (unreduced === null) return [];
  return [say("summed", { name: target, out: valueText(run, value) })];
}

/** Named operands that get nothing. */
function blocked(run: Run, op: number | null, k: number): Sentence[] {
  if (op === null) return [];
  return run.edgesOf(op).flatMap((index) => {
    const { kind, slot, producer } = at(run.trace.edges, index);
    const tensor = at(run.trace.ops, op).inputs[slot]?.tensor ?? null;
    const name = tensor === null ? undefined : givenName(run, tensor, k);
    if (kind === "tracked" || name === undefined) return [];
    const isDetached = producer !== null && at(run.trace.ops, producer).name.startsWith("detach");
    return [say(isDetached ? "blockedDetach" : "blocked", { name })];
  });
}

export function tellAccumulate(run: Run, step: Step, event: Of<"accumulate">, index: number): Sentence[] {
  const name = nameOf(run, event.tensor, step.to);
  const contribution = valueText(run, event.contribution);
  const result = valueText(run, event.result, event.grad);
  const before = run.gradBefore(event.tensor, index);
  const own =
    event.first || before === null
      ? say("accumulateFirst", { name, result })
      : say("accumulate", { name, before: valueText(run, before.value, before.grad), contribution, result });
  return [...fanIn(run, event.node, index, name, [event.contribution]), own];
}

/** What came in along several edges, if it did, and what a hook made of what came in. */
function fanIn(
  run: Run,
  node: number,
  index: number,
  name: string,
  [made = null]: (number | null)[],
): Sentence[] {
  const received = run.receivedAt(node, index);
  if (made === null || new Set(received.map(([, output]) => output)).size !== 1) return [];
  const came = received.map(([value]) => numbersOf(run.trace, value));
  const total = numbersOf(run.trace, made);
  const parts = came.slice(0, SUMMANDS_SHOWN).map(formatBriefly);
  if (came.length > parts.length) parts.push("…");
  const said = { name, parts: added(parts), total: formatBriefly(total), count: String(came.length) };
  if (!isSumOf(total, came)) return [say("hooked", said)];
  return came.length > 1 ? [say("fanIn", said)] : [];
}

export function tellCapture(run: Run, step: Step, { tensor, contribution }: Of<"capture">): Sentence {
  return say(accumulates(run, step) ? "retain" : "capture", {
    name: nameOf(run, tensor, step.to),
    value: valueText(run, contribution),
  });
}

/** A node is called by the tensor whose gradient comes into it. */
function nodeName(run: Run, node: number, k: number): string {
  const tensor = run.tensorOfNode(node);
  return tensor === null ? at(run.trace.nodes, node).name : nameOf(run, tensor, k);
}

function valueTexts(run: Run, values: (number | null)[]): string {
  return values.map((value) => (value === null ? "None" : valueText(run, value))).join(", ");
}
