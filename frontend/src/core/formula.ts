/** An op's formula with this run's numbers put in the place of its names. */

import type { Operand } from "../schema/trace";
import { NAME, putInto } from "./binding";
import { at } from "./lists";
import { nameOf, valueText } from "./naming";
import { ruleOf } from "./rules";
import type { Run } from "./run";
import { count } from "./values";

/** The node of a write through a view. */
export const COPY_SLICES = "CopySlices";

/** `z = u * x`, `[0, 1, 4, 9] * [0, 1, 2, 3]`, `[0, 1, 8, 27]`. */
export interface NumbersIn {
  /** Empty where it is no arithmetic, or would say `grad * grad` of two gradients. */
  symbols: string;
  /** Empty where it is no arithmetic. */
  numbers: string;
  result: string;
  /** What it is summed to for an operand that was broadcast. */
  sum?: string;
}

/** Of a VJP also the gradient that its node was given, as it stands in `numbers`. */
export interface VjpNumbersIn extends NumbersIn {
  gradient: string;
}

/** What an op computed; null if its formula is not known. */
export function forwardWithNumbers(run: Run, op: number): NumbersIn | null {
  const { formula, outputs, inputs } = at(run.trace.ops, op);
  const text = formula === null ? null : at(run.trace.formulas, formula).forward?.text;
  const [output] = outputs;
  if (!text || output === undefined) return null;
  const k = (run.eventOfOp(op) ?? 0) + 1;
  const names = operandTexts(inputs, (operand) => operandName(run, operand, k));
  const numbers = operandTexts(inputs, (operand) => operandNumbers(run, operand));
  return {
    symbols: putInto(text, names),
    numbers: putInto(text, numbers),
    result: valueText(run, run.valueAt(output, run.versionAfter(op, output)), output),
  };
}

/** What the VJP of one slot computed at a `vjp` event; null if its formula is not known. */
export function vjpWithNumbers(run: Run, event: number, slot: number): VjpNumbersIn | null {
  const last = lastPut.get(run);
  const { bySlot } = last?.event === event ? last : { bySlot: new Map<number, VjpNumbersIn | null>() };
  const put = bySlot.has(slot) ? (bySlot.get(slot) ?? null) : putIntoVjp(run, event, slot);
  lastPut.set(run, { event, bySlot: bySlot.set(slot, put) });
  return put;
}

/** Of each run the event that was asked about last: the picture and the formulas say the same of a step. */
const lastPut = new WeakMap<Run, { event: number; bySlot: Map<number, VjpNumbersIn | null> }>();

function putIntoVjp(run: Run, event: number, slot: number): VjpNumbersIn | null {
  const found = findVjp(run, event, slot);
  // The formula of a write is about the part that was written: it is not what the whole gets.
  if (!found || found.node === COPY_SLICES) return null;
  const { text, op, gradient, value, unreduced, share } = found;
  const { inputs, outputs } = at(run.trace.ops, op);
  const names = operandTexts(inputs, (operand) => operandName(run, operand, event));
  const numbers = operandTexts(inputs, (operand) => operandNumbers(run, operand));
  const hasTwo = [...names.values()].includes("grad");
  const came = valueText(run, gradient);
  names.set("grad", "grad").set("n", share);
  numbers.set("grad", came).set("n", share);
  const [output] = outputs;
  if (output !== undefined) {
    names.set("result", nameOf(run, output, event));
    numbers.set("result", valueText(run, run.valueAt(output, run.versionAfter(op, output)), output));
  }
  const isArithmetic = !ruleOf(text) && [...text.matchAll(NAME)].every(([, , name]) => names.has(name ?? ""));
  return {
    symbols: isArithmetic && !hasTwo ? putInto(text, names).replaceAll(".T.T", "") : "",
    numbers: isArithmetic ? putInto(text, numbers) : "",
    gradient: came,
    result: valueText(run, unreduced ?? value),
    ...(unreduced === null ? {} : { sum: valueText(run, value) }),
  };
}

/** The slot of a node by which the gradient of an op's operand leaves it; null if none does. */
export function slotOf(run: Run, node: number, operand: number): number | null {
  return run.trackedEdges(node).find(([edge]) => at(run.trace.edges, edge).slot === operand)?.[1] ?? null;
}

/** The formula of what a slot sent at a `vjp` event, and of how many elements each of those that came is shared by. */
export function findVjp(run: Run, event: number, slot: number) {
  const ran = run.trace.events[event];
  if (ran?.kind !== "vjp") return null;
  const { op, name: node } = at(run.trace.nodes, ran.node);
  const value = ran.cotangents_out[slot] ?? null;
  if (op === null || value === null) return null;
  const { formula, inputs } = at(run.trace.ops, op);
  const edge = run.trackedEdges(ran.node).find(([, own]) => own === slot)?.[0];
  const operand = edge === undefined ? undefined : inputs[at(run.trace.edges, edge).slot];
  if (formula === null || !operand) return null;
  // The operands in a list have one formula: `tensors[0]` is of `tensors`.
  const argument = operand.argument.replace(/\[.*/, "");
  const text = at(run.trace.formulas, formula).vjps.find((vjp) => vjp.argument === argument)?.formula.text;
  const unreduced = ran.unreduced[slot] ?? null;
  const gradient = ran.cotangents_in[0] ?? null;
  const size = (of: number | null) => (of === null ? 1 : count(at(run.trace.values, of).shape) || 1);
  const share = String(Math.floor(size(unreduced ?? value) / size(gradient)));
  return text ? { text, op, node, value, unreduced, gradient, share } : null;
}

function operandTexts(inputs: Operand[], text: (operand: Operand) => string): Map<string, string> {
  return new Map(inputs.map((operand) => [operand.argument, text(operand)]));
}

function operandName(run: Run, { tensor, constant }: Operand, k: number): string {
  return tensor === null ? (constant ?? "?") : nameOf(run, tensor, k);
}

function operandNumbers(run: Run, { tensor, version, constant }: Operand): string {
  if (tensor === null) return constant ?? "?";
  return valueText(run, version === null ? null : run.valueAt(tensor, version), tensor);
}
