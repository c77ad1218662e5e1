/** What the variables hold in two runs at a moment of each: the table of a comparison, and the line that sums it up. */

import { formatNumbers } from "../format";
import { at } from "../lists";
import type { Run } from "../run";
import { numbersOf } from "../values";

/** What a name holds in each run; null where it names no tensor. */
export interface Held {
  readonly name: string;
  readonly a: string | null;
  readonly b: string | null;
}

/**
 * Every name in either run after so many events, with its numbers; `x.grad` after `x` where it has one, and
 * `x.requires_grad` where that differs.
 */
export function namesHeld(a: Run, k: number, b: Run, l: number): Held[] {
  const [one, other] = [holdings(a, k), holdings(b, l)];
  const names = [...one.keys(), ...[...other.keys()].filter((name) => !one.has(name))];
  return names
    .map((name) => ({ name, a: one.get(name) ?? null, b: other.get(name) ?? null }))
    .filter(({ name, a, b }) => !name.endsWith(TRACKED) || (a !== b && a !== null && b !== null));
}

const TRACKED = ".requires_grad";

function holdings(run: Run, k: number): Map<string, string> {
  const held = new Map<string, string>();
  for (const { name, tensor } of run.variablesAt(k)) {
    const { storage } = at(run.trace.tensors, tensor);
    const value = run.storageAt(storage, k)?.value;
    if (value != null) held.set(name, formatNumbers(numbersOf(run.trace, value, tensor)));
    const isTracked = run.tensorAt(tensor, k)?.requires_grad ?? false;
    held.set(name + TRACKED, isTracked ? "True" : "False");
    const grad = run.gradAt(tensor, k);
    if (grad?.value != null)
      held.set(`${name}.grad`, formatNumbers(numbersOf(run.trace, grad.value, grad.grad)));
    else if (isTracked && at(run.trace.tensors, tensor).is_leaf) held.set(`${name}.grad`, "None");
  }
  return held;
}

/** The names that differ: first those whose difference is new since the moment before, gradients before values. */
export function mostTelling(now: readonly Held[], before: readonly Held[]): Held[] {
  const earlier = new Map(before.map((held) => [held.name, held]));
  const isNew = ({ name, a, b }: Held) => {
    const was = earlier.get(name);
    return was === undefined || was.a !== a || was.b !== b;
  };
  const weight = (held: Held) => (isNew(held) ? 2 : 0) + (held.name.endsWith(".grad") ? 1 : 0);
  return now.filter(({ a, b }) => a !== b).sort((one, other) => weight(other) - weight(one));
}
