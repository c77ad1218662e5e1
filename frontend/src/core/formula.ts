/** An op's formula with this run's numbers put in the place of its names. */

import type { Operand } from "../schema/trace";
import { NAME, putInto } from "./binding";
import { at } from "./lists";
import { nameOf, valueText } from "./naming";
import type { Run } from "./run";
import { count } from "./values";

/** `z = u * x`, `[0, 1, 4, 9] * [0, 1, 2, 3]`, `[0, 1, 8, 27]`. */
export interface NumbersIn {
  symbols: string;
  numbers: string;
  result: string;
  /** What it is summed to for an operand that was broadcast. */
  sum?: string;
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
export function vjpWithNumbers(run: Run, event: number, slot: number): NumbersIn | null {
  const last = lastPut.get(run);
  const { bySlot } = last?.event === event ? last : { bySlot: new Map<number, NumbersIn | null>() };
  const put = bySlot.has(slot) ? (bySlot.get(slot) ?? null) : putIntoVjp(run, event, slot);
  lastPut.set(run, { event, bySlot: bySlot.set(slot, put) });
  return put;
}

/** Of each run the event that was asked about last: the picture and the formulas say the same of a step. */
const lastPut = new WeakMap<Run, { event: number; bySlot: Map<number, NumbersIn | null> }>();

function putIntoVjp(run: Run, event: number, slot: number): NumbersIn | null {
  const found = findVjp(run, event, slot);
  if (!found) return null;
  const { text, op, gradient, value, unreduced } = found;
  const { inputs, outputs } = at(run.trace.ops, op);
  const names = operandTexts(inputs, (operand) => operandName(run, operand, event));
  const numbers = operandTexts(inputs, (operand) => operandNumbers(run, operand));
  for (const [name, text] of layoutTexts(run, inputs)) {
    names.set(name, text);
    numbers.set(name, text);
  }
  numbers.set("grad", valueText(run, gradient));
  const [output] = outputs;
  if (output !== undefined) {
    names.set("result", nameOf(run, output, event));
    numbers.set("result", valueText(run, run.valueAt(output, run.versionAfter(op, output)), output));
  }
  return {
    symbols: putInto(text, names),
    numbers: putInto(text, numbers),
    result: valueText(run, unreduced ?? value),
    ...(unreduced === null ? {} : { sum: valueText(run, value) }),
  };
}

/** The slot of a node by which the gradient of an op's operand leaves it; null if none does. */
export function slotOf(run: Run, node: number, operand: number): number | null {
  return run.trackedEdges(node).find(([edge]) => at(run.trace.edges, edge).slot === operand)?.[1] ?? null;
}

/** The VJP with the operands' names put in: `grad * u`; null if it speaks of anything else, or of nothing (`0`). */
export function vjpExpression(run: Run, event: number, slot: number): string | null {
  const found = findVjp(run, event, slot);
  const known = new Set([
    "grad",
    "result",
    ...(found ? at(run.trace.ops, found.op).inputs : []).map((o) => o.argument),
  ]);
  if (!found || found.text === "0") return null;
  if ([...found.text.matchAll(NAME)].some(([, , name]) => !known.has(name ?? ""))) return null;
  return vjpWithNumbers(run, event, slot)?.symbols ?? null;
}

function findVjp(run: Run, event: number, slot: number) {
  const ran = run.trace.events[event];
  if (ran?.kind !== "vjp") return null;
  const { op } = at(run.trace.nodes, ran.node);
  const value = ran.cotangents_out[slot] ?? null;
  if (op === null || value === null) return null;
  const { formula, inputs } = at(run.trace.ops, op);
  const edge = run.trackedEdges(ran.node).find(([, own]) => own === slot)?.[0];
  const argument = edge === undefined ? undefined : inputs[at(run.trace.edges, edge).slot]?.argument;
  if (formula === null || argument === undefined) return null;
  const text = at(run.trace.formulas, formula).vjps.find((vjp) => vjp.argument === argument)?.formula.text;
  const unreduced = ran.unreduced[slot] ?? null;
  return text ? { text, op, value, unreduced, gradient: ran.cotangents_in[0] ?? null } : null;
}

function operandTexts(inputs: Operand[], text: (operand: Operand) => string): Map<string, string> {
  return new Map(inputs.map((operand) => [operand.argument, text(operand)]));
}

/** `self_sizes` and `self_strides`, which VJPs of views need, and `self_numel`, which that of a mean needs. */
function layoutTexts(run: Run, inputs: Operand[]): [string, string][] {
  return inputs.flatMap(({ argument, tensor }): [string, string][] => {
    if (tensor === null) return [];
    const { shape, strides } = at(run.trace.tensors, tensor);
    return [
      [`${argument}_sizes`, `[${shape.join(", ")}]`],
      [`${argument}_strides`, `[${strides.join(", ")}]`],
      [`${argument}_numel`, String(count(shape))],
    ];
  });
}

function operandName(run: Run, { tensor, constant }: Operand, k: number): string {
  return tensor === null ? (constant ?? "?") : nameOf(run, tensor, k);
}

function operandNumbers(run: Run, { tensor, version, constant }: Operand): string {
  if (tensor === null) return constant ?? "?";
  return valueText(run, version === null ? null : run.valueAt(tensor, version), tensor);
}
