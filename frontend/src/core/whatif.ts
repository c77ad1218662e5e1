/** What a value decides: the number that a backward pass starts from, its slope there, and the same by finite differences. */

import { at, reversed } from "./lists";
import { nameOf } from "./naming";
import type { Run } from "./run";
import type { Card } from "./types";
import { count, type Numbers, numbersOf } from "./values";

/** Tensors with more elements are not varied by hand. */
const MOST_VARIED = 12;

/**
 * The op whose result can be replaced to vary what a card shows; null for views, whole numbers and what is too large.
 * What is filled in place before anything reads it (a layer's weight, `w[0] = 1`) is varied where it was filled last.
 */
export function variableOp(run: Run, card: Card): number | null {
  const known = variable.get(run) ?? new Map<string, number | null>();
  variable.set(run, known);
  let found = known.get(card.id);
  if (found === undefined) {
    found = findVariable(run, card);
    known.set(card.id, found);
  }
  return found;
}

/** By card: it is asked for at every step. */
const variable = new WeakMap<Run, Map<string, number | null>>();

function findVariable(run: Run, card: Card): number | null {
  const { tensor } = card;
  if (tensor === null || !card.dtype.startsWith("float") || count(card.shape) > MOST_VARIED) return null;
  const made = card.ops.findLast((op) => at(run.trace.ops, op).outputs[0] === tensor);
  if (made === undefined || at(run.trace.ops, made).category === "view") return null;
  const filled = lastFilling(run, tensor, made);
  if (filled !== made || at(run.trace.ops, made).in_place) return isWhole(run, tensor) ? filled : null;
  return made;
}

/** The numbers that an op left a tensor with. */
export function numbersAfter(run: Run, op: number, tensor: number): Numbers | null {
  const [output = tensor] = at(run.trace.ops, op).outputs;
  return run.numbers(tensor, run.versionAfter(op, output));
}

/** The last of the unrecorded writes into a tensor's memory, from one op on, before another op reads it. */
function lastFilling(run: Run, tensor: number, from: number): number | null {
  const { ops, tensors } = run.trace;
  const { storage } = at(tensors, tensor);
  const isHere = (other: number | null) => other !== null && at(tensors, other).storage === storage;
  if (at(ops, from).in_place && at(ops, from).node !== null) return null;
  let last = from;
  for (let index = from + 1; index < ops.length; index++) {
    const op = at(ops, index);
    if (op.category === "view" || !op.inputs.some((input) => isHere(input.tensor))) continue;
    if (!op.in_place || op.node !== null || !isHere(op.outputs[0] ?? null) || op.during !== null) break;
    // `w -= w * 0.1` reads what it writes: that is an update, and no filling.
    if (op.inputs.slice(1).some((input) => isHere(input.tensor)) || READS.test(op.name)) break;
    last = index;
  }
  return last;
}

/** Ops in place whose result depends on what was there. */
const READS = /^(?:add|sub|mul|div|addcmul|addcdiv|lerp|pow|clamp)/;

/** Whether a tensor shows all of its memory, in order. */
function isWhole(run: Run, tensor: number): boolean {
  const { shape, strides, offset, storage } = at(run.trace.tensors, tensor);
  const value = run.trace.values.find((each) => each.storage === storage);
  let step = 1;
  const isInOrder = reversed(shape).every((size, i) => {
    const fits = size === 1 || strides.at(-1 - i) === step;
    step *= size;
    return fits;
  });
  return offset === 0 && isInOrder && value !== undefined && count(value.shape) === count(shape);
}

/** The gradient that one backward pass brought to a card. */
export interface Slope {
  /** Which pass, from 1. */
  readonly pass: number;
  readonly gradient: Numbers;
}

/** Of the passes that reached a card the last one in the first k events, or else the first there is; null if none did. */
export function slopeOf(run: Run, card: Card, k: number): Slope | null {
  let found: Slope | null = null;
  for (const [index, event] of run.trace.events.entries()) {
    if (index >= k && found) break;
    const value =
      event.kind === "accumulate" && event.tensor === card.tensor
        ? event.contribution
        : event.kind === "capture" && event.tensor === card.tensor
          ? event.contribution
          : event.kind === "vjp" && event.node === card.node
            ? (event.cotangents_in[card.output] ?? null)
            : null;
    if (value !== null) found = { pass: run.backwardOf(index), gradient: numbersOf(run.trace, value) };
  }
  return found;
}

/**
 * The number whose gradients a pass computes: its roots, weighted by the cotangents that it starts with. `like` is the run
 * whose cotangents are meant, where a value was changed since; null if there is no such pass.
 */
export function rootOf(run: Run, pass: number, like: Run = run): number | null {
  const index = run.backwards[pass - 1];
  const begin = index === undefined ? undefined : run.trace.events[index];
  const meant = like.trace.events[like.backwards[pass - 1] ?? -1];
  if (index === undefined || begin?.kind !== "backward_begin" || meant?.kind !== "backward_begin")
    return null;
  let sum = 0;
  for (const [i, root] of begin.roots.entries()) {
    const value = run.storageAt(at(run.trace.tensors, root).storage, index)?.value;
    const weight = meant.gradients[i];
    if (value == null || weight === undefined) return null;
    const numbers = numbersOf(run.trace, value, root).data;
    const weights = numbersOf(like.trace, weight).data;
    if (numbers.length !== weights.length) return null;
    for (const [j, number] of numbers.entries()) sum += Number(number) * Number(weights[j]);
  }
  return sum;
}

/** What the roots of a pass are called: `loss`, or the code that made one, `z.sum()`. */
export function rootName(run: Run, pass: number): string {
  const begin = run.trace.events[run.backwards[pass - 1] ?? -1];
  if (begin?.kind !== "backward_begin") return "";
  const end = run.trace.events.length;
  return begin.roots.map((root) => nameOf(run, root, end)).join(" + ");
}

/** Far enough from a point that float32 tells the values apart, near enough that they are a slope. */
export function stepAt(point: number): number {
  return 0.02 * Math.max(1, Math.abs(point));
}

/** The points, in steps, at which {@link differenceOf} wants the function's values. */
export const STENCIL = [-2, -1, 1, 2] as const;

/** The slope from the values at the stencil: central differences with an error of the fourth order in the step. */
export function differenceOf(values: readonly number[], step: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = values;
  return (8 * (c - b) - (d - a)) / (12 * step);
}

/** How far two slopes are apart, in parts of the larger; 0 for two zeros. */
export function relativeError(a: number, b: number): number {
  const size = Math.max(Math.abs(a), Math.abs(b));
  return size === 0 ? 0 : Math.abs(a - b) / size;
}
