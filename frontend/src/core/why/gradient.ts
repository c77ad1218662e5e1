/** The gradient that is asked about: its numbers, where they are kept, and how they came there in the last pass. */

import { at, push } from "../lists";
import type { Run } from "../run";
import { type Numbers, numbersOf } from "../values";

export interface Gradient {
  tensor: number;
  /** The moment of the question: the state after k events. */
  k: number;
  /** Just after it came to be what it is: later passes, which did not change it, do not count. */
  until: number;
  numbers: Numbers;
  /** A leaf's `.grad`, what a retained or captured one is, or what passed through on its way to the leaves. */
  kind: "grad" | "captured" | "passing";
  /** The node that the gradient came into. */
  node: number;
  output: number;
}

/** A cotangent that arrived at a node: from which node's VJP, along which of its slots. */
export interface Arrival {
  event: number;
  node: number;
  slot: number;
  value: number;
}

export function gradientAt(run: Run, tensor: number, k: number): Gradient | null {
  const { trace } = run;
  const state = run.tensorAt(tensor, k);
  const [own, number] = state?.grad_fn ?? [run.accumulateNode(tensor), 0];
  if (!state || own === null) return null;
  const kept = run.gradAt(tensor, k);
  const found = { tensor, k, until: k, node: own, output: number };
  if (kept && kept.value !== null) {
    const until = lastOf(run, "accumulate", tensor, k);
    return { ...found, until, kind: "grad", numbers: numbersOf(trace, kept.value, kept.grad) };
  }
  const captured = run.capturedAt(tensor, k);
  if (captured !== null) {
    const until = lastOf(run, "capture", tensor, k);
    return { ...found, until, kind: "captured", numbers: numbersOf(trace, captured) };
  }
  const passing = state.is_leaf ? null : (run.nodeAt(own, k)?.cotangents_in[number] ?? null);
  return passing === null ? null : { ...found, kind: "passing", numbers: numbersOf(trace, passing) };
}

/** Just after the last such event of a tensor before k. */
function lastOf(run: Run, kind: "accumulate" | "capture", tensor: number, k: number): number {
  for (let i = k - 1; i >= 0; i--) {
    const event = at(run.trace.events, i);
    if (event.kind === kind && event.tensor === tensor) return i + 1;
  }
  return k;
}

/** What arrived at a node's output in the last pass that reached it before k, in order. */
export function arrivalsAt(run: Run, node: number, output: number, k: number): Arrival[] {
  const { sent, begun } = mailOf(run);
  const arrived = (sent.get(node) ?? []).filter((each) => each.event < k && each.output === output);
  const pass = arrived.at(-1)?.pass ?? 0;
  // A later pass that began here was given its gradient, and nothing arrived.
  if ((begun.get(node) ?? []).some((event) => event < k && run.backwardOf(event) > pass)) return [];
  return arrived.filter((each) => each.pass === pass);
}

interface Mail {
  /** By node, what was sent to it. */
  sent: Map<number, (Arrival & { pass: number; output: number })[]>;
  /** By node, the events at which a pass began there. */
  begun: Map<number, number[]>;
}

const mails = new WeakMap<Run, Mail>();

/** Who sent what to whom, of the whole run: made once. */
function mailOf(run: Run): Mail {
  const known = mails.get(run);
  if (known) return known;
  const mail: Mail = { sent: new Map(), begun: new Map() };
  run.trace.events.forEach((event, index) => {
    if (event.kind === "backward_begin") {
      for (const root of event.roots) {
        const node = run.tensorAt(root, index)?.grad_fn?.[0];
        if (node !== undefined) push(mail.begun, node, index);
      }
    } else if (event.kind === "vjp") {
      const pass = run.backwardOf(index);
      at(run.trace.nodes, event.node).next_functions.forEach(([target, output], slot) => {
        const value = event.cotangents_out[slot] ?? null;
        if (target !== null && value !== null)
          push(mail.sent, target, { event: index, node: event.node, slot, value, pass, output });
      });
    }
  });
  mails.set(run, mail);
  return mail;
}

/** A VJP event's gradient on its way in: of the only output, or the first that has one. */
export function incoming(run: Run, event: number): { value: number; output: number } | null {
  const ran = run.trace.events[event];
  if (ran?.kind !== "vjp") return null;
  const output = ran.cotangents_in.findIndex((value) => value !== null);
  const value = ran.cotangents_in[output] ?? null;
  return value === null ? null : { value, output };
}

export function dataOf(run: Run, value: number): number[] {
  return numbersOf(run.trace, value).data.map((number) => Number(number ?? 0));
}

export const isZero = (data: readonly number[]) => data.length > 0 && data.every((number) => number === 0);
export const hasNaN = (data: readonly number[]) => data.some(Number.isNaN);
export const isWild = (data: readonly number[]) => data.some((number) => !Number.isFinite(number));
export const largest = (data: readonly number[]) =>
  data.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
