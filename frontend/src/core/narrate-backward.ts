/** What a backward pass did: where it began, what each node sent on, what reached the leaves and what did not. */

import type { Event, Op } from "../schema/trace";
import { formatBriefly } from "./format";
import { vjpExpression } from "./formula";
import { at } from "./lists";
import { givenName, nameOf, valueText } from "./naming";
import type { Run } from "./run";
import { say } from "./sentences";
import { accumulates } from "./state";
import type { Sentence, Step } from "./types";
import { isSumOf, numbersOf } from "./values";

type Of<Kind extends Event["kind"]> = Extract<Event, { kind: Kind }>;

/** Leaves told of when a whole backward pass is one step. */
const LEAVES_TOLD = 3;
const SUMMANDS_SHOWN = 4;
const COPY_SLICES = "CopySlices";

export function tellBackwardBegin(run: Run, step: Step, event: Of<"backward_begin">): Sentence {
  const name = event.roots.map((root) => nameOf(run, root, step.to)).join(", ");
  const gradient = valueTexts(run, event.gradients);
  return say(event.accumulate ? "backwardBegin" : "gradBegin", {
    pass: String(step.backward ?? 1),
    name,
    gradient,
  });
}

export function tellWholeBackward(run: Run, step: Step): Sentence[] {
  const told: Sentence[] = [];
  run.trace.events.slice(step.from, step.to).forEach((event, i) => {
    if (event.kind === "backward_begin") told.push(tellBackwardBegin(run, step, event));
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
}

export function tellVjp(run: Run, step: Step, event: Of<"vjp">, index: number): Sentence[] {
  const node = at(run.trace.nodes, event.node);
  const name = nodeName(run, event.node, step.to);
  const gradient = valueTexts(run, event.cotangents_in);
  const sent = node.next_functions.flatMap(([next], slot): Sent[] => {
    const value = event.cotangents_out[slot] ?? null;
    return next === null || value === null
      ? []
      : [{ slot, value, target: nodeName(run, next, step.to), tensor: run.tensorOfNode(next) }];
  });
  return [
    ...fanIn(run, event.node, index, name, event.cotangents_in),
    sending(run, index, sent, { name, gradient, op: node.name }),
    ...sent.flatMap((one) => [
      ...telling(run, one, { name, node: event.node }, step.to),
      ...summing(run, event, one),
    ]),
    ...blocked(run, node.op, step.to),
  ];
}

function sending(
  run: Run,
  index: number,
  sent: Sent[],
  own: { name: string; gradient: string; op: string },
): Sentence {
  const [only, second] = sent;
  if (!only) return say("vjpNowhere", own);
  if (second) {
    const parts = sent.map(({ value, target }) => `${valueText(run, value)} → ${target}`).join("; ");
    return say("vjpMany", { ...own, parts });
  }
  const { target } = only;
  const out = valueText(run, only.value);
  if (out === own.gradient) return say("vjpUnchanged", { ...own, target });
  // The formula of a write is about the part that was written: it is not what the whole gets.
  const formula = own.op === COPY_SLICES ? null : vjpExpression(run, index, only.slot);
  return formula ? say("vjpFormula", { ...own, formula, out, target }) : say("vjp", { ...own, out, target });
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
  const line = target === own.name && made?.during === null && run.trace.spans[made.span ?? -1]?.line;
  return line ? [say("ofLine", { name: target, line: String(line) })] : [];
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
  return [say("summed", { name: target, unreduced: valueText(run, unreduced), out: valueText(run, value) })];
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
  const said = { name, parts: parts.join(" + "), total: formatBriefly(total), count: String(came.length) };
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
