/** What if a tensor held other numbers: runs with them, beside the run as it was written. */
import { batch, computed, effect, signal } from "@preact/signals";
import { requestTrace } from "../api";
import { spliced } from "../core/lists";
import { openRun, type Run } from "../core/run";
import { differenceOf, rootOf, STENCIL, stepAt } from "../core/whatif";
import { showPair } from "./pair";
import { count, goTo, position } from "./player";
import { runRequest, startRun } from "./request";
import { type Overrides, overrides, run } from "./run";

/** The run without any change, while there is one. */
export const baseline = signal<Run | null>(null);
export const isVaried = computed(() => overrides.value.size > 0 && baseline.value !== null);

/** It is open to be seen, and stays so from run to run. */
export const isOpen = signal(false);

/** What is asked about one element of a tensor. */
export interface Aim {
  readonly op: number;
  readonly element: number;
  readonly pass: number;
}

export interface Checked extends Aim {
  /** The slope by finite differences; null where the function could not be had at every point. */
  readonly slope: number | null;
}

export interface Curve extends Aim {
  /** The input and the value there, in order; gaps where a run gave no number. */
  readonly points: readonly (readonly [number, number])[];
}

export const checked = signal<Checked | null>(null);
export const curve = signal<Curve | null>(null);
export const isAsking = signal(false);

/** Puts other numbers in the place of what an op gave and runs again, at the same step. */
export async function vary(op: number, data: readonly number[]): Promise<void> {
  await varyAll(new Map(overrides.value).set(op, data));
}

export async function varyAll(changed: Overrides): Promise<void> {
  isOpen.value = true;
  baseline.value ??= run.value;
  await again(changed);
}

/** Back to the numbers that the code gives. */
export async function unvary(): Promise<void> {
  await again(new Map());
}

/** The run as it is written and the one with other numbers, in two panes. */
export function showBeside(): void {
  const [written, varied] = [baseline.value, run.value];
  if (written && varied && written !== varied)
    showPair({ a: { run: written, name: "written" }, b: { run: varied, name: "varied" }, id: null });
}

/** Runs once more and goes to the same step; from the end to the end, though it be further. */
async function again(changed: Overrides): Promise<void> {
  const before = position.value;
  const atEnd = before === count.value;
  await startRun(changed);
  goTo(atEnd ? count.value : before);
}

// Another run as it is written is the new baseline; what was asked of the old one says nothing of it.
effect(() => {
  run.value;
  batch(() => {
    checked.value = null;
    curve.value = null;
    if (overrides.value.size === 0) baseline.value = null;
  });
});

/** Another question makes the one under way pointless. */
let asking = 0;

/** The root of a pass with one element set to each of some numbers; null where that run has no such root. */
async function valuesAt(
  aim: Aim,
  data: readonly number[],
  inputs: readonly number[],
): Promise<(number | null)[] | null> {
  const mine = ++asking;
  const like = run.value;
  if (!like) return null;
  isAsking.value = true;
  const values: (number | null)[] = [];
  try {
    for (const input of inputs) {
      const changed = new Map(overrides.value).set(aim.op, spliced(data, aim.element, 1, input));
      const trace = await requestTrace(runRequest(changed), new AbortController().signal);
      if (mine !== asking || run.value !== like) return null;
      values.push(rootOf(openRun(trace), aim.pass, like));
    }
    return values;
  } catch {
    return null;
  } finally {
    if (mine === asking) isAsking.value = false;
  }
}

/** Compares the gradient with finite differences; the answer is in `checked`. */
export async function check(aim: Aim, data: readonly number[]): Promise<void> {
  const point = data[aim.element] ?? 0;
  const step = stepAt(point);
  const values = await valuesAt(
    aim,
    data,
    STENCIL.map((steps) => point + steps * step),
  );
  const known = values?.filter((value) => value !== null) ?? [];
  const slope = known.length === STENCIL.length ? differenceOf(known, step) : null;
  checked.value = { ...aim, slope };
}

const CURVE_POINTS = 17;

/** Draws the root over one element, around where it is; the answer is in `curve`. */
export async function draw(aim: Aim, data: readonly number[]): Promise<void> {
  const point = data[aim.element] ?? 0;
  const reach = Math.max(1, Math.abs(point));
  const inputs = Array.from(
    { length: CURVE_POINTS },
    (_, i) => point + (reach * (2 * i - CURVE_POINTS + 1)) / (CURVE_POINTS - 1),
  );
  const values = await valuesAt(aim, data, inputs);
  if (!values) return;
  const points = inputs.flatMap((input, i): [number, number][] => {
    const value = values[i];
    return value === null || value === undefined || !Number.isFinite(value) ? [] : [[input, value]];
  });
  curve.value = { ...aim, points };
}
