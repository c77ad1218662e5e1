/** Two runs of nearly the same code: which step of the one is which of the other, and what is different there. */

import { formatNumbers } from "./format";
import { at } from "./lists";
import type { Run } from "./run";
import type { Step } from "./types";
import { numbersOf } from "./values";

/** What a name holds in each run; null where it names no tensor. */
export interface Row {
  readonly name: string;
  readonly kept: string | null;
  readonly now: string | null;
}

/**
 * For each step of `now` how many steps of `kept` have been taken by then: steps of the same kind about the same source
 * match in order of their occurrence, and one without a match stands where the step before it stood.
 */
export function align(kept: Run, keptSteps: readonly Step[], now: Run, steps: readonly Step[]): number[] {
  const places = new Map<string, number[]>();
  keptSteps.forEach((step, index) => {
    const key = keyOf(kept, step);
    const list = places.get(key);
    if (list) list.push(index + 1);
    else places.set(key, [index + 1]);
  });
  const seen = new Map<string, number>();
  let reached = 0;
  return steps.map((step) => {
    const key = keyOf(now, step);
    const occurrence = seen.get(key) ?? 0;
    seen.set(key, occurrence + 1);
    // Never back: what matches only out of order is no match.
    reached = Math.max(reached, places.get(key)?.[occurrence] ?? reached);
    return reached;
  });
}

function keyOf(run: Run, { kind, span, op, node }: Step): string {
  const source = span === null ? "" : run.source(span);
  const applied = op === null ? "" : at(run.trace.ops, op).name;
  const ran = node === null ? "" : at(run.trace.nodes, node).name;
  return [kind, source, applied, ran].join("\u0000");
}

/** Every name in either run after so many events, with its numbers; `x.grad` after `x` where it has one. */
export function rowsOf(kept: Run, keptEvents: number, now: Run, events: number): Row[] {
  const before = holdings(kept, keptEvents);
  const after = holdings(now, events);
  const names = [...after.keys(), ...[...before.keys()].filter((name) => !after.has(name))];
  return names.map((name) => ({ name, kept: before.get(name) ?? null, now: after.get(name) ?? null }));
}

function holdings(run: Run, k: number): Map<string, string> {
  const held = new Map<string, string>();
  for (const { name, tensor } of run.variablesAt(k)) {
    const { storage } = at(run.trace.tensors, tensor);
    const value = run.storageAt(storage, k)?.value;
    if (value != null) held.set(name, formatNumbers(numbersOf(run.trace, value, tensor)));
    const grad = run.gradAt(tensor, k);
    if (grad?.value != null)
      held.set(`${name}.grad`, formatNumbers(numbersOf(run.trace, grad.value, grad.grad)));
    else if (run.tensorAt(tensor, k)?.requires_grad && at(run.trace.tensors, tensor).is_leaf)
      held.set(`${name}.grad`, "None");
  }
  return held;
}
