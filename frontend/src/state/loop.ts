/** The loop whose iterations are on view in a panel, and moving between iterations. */
import { computed, signal } from "@preact/signals";
import { STANDALONE } from "../build";
import { eventOfIteration, iterationAt } from "../core/iterations";
import { iterationsIn } from "../core/opening";
import type { Run } from "../core/run";
import { folding } from "./opened";
import { goToEvent, step } from "./player";
import { run } from "./run";

/** The scope of the loop that the panel shows. */
export const loopOnView = signal<number | null>(null);

/** The iteration that the step is in: its loop, the loop's iterations, the position among them. */
export const here = computed(() => {
  const of = run.value;
  const scope = of && step.value ? iterationAt(of, step.value) : null;
  return of && scope !== null ? placeOf(of, scope) : null;
});

export interface LoopPlace {
  readonly loop: number;
  readonly iterations: readonly number[];
  /** From 0. */
  readonly position: number;
}

export function placeOf(of: Run, iteration: number): LoopPlace | null {
  const loop = of.trace.scopes[iteration]?.parent ?? null;
  if (loop === null) return null;
  const iterations = iterationsIn(of, loop);
  return { loop, iterations, position: iterations.indexOf(iteration) };
}

/** Goes to the iteration at a position (from 0) of a loop; beyond its ends, to the end. */
export function goToIteration(iterations: readonly number[], position: number): void {
  const scope = iterations[Math.max(0, Math.min(iterations.length - 1, position))];
  const of = run.value;
  if (!of || scope === undefined) return;
  const event = eventOfIteration(of, scope, step.value?.backward ?? null);
  if (event !== null) goToEvent(event);
}

export function moveByIteration(by: number): void {
  const place = here.value;
  if (place) goToIteration(place.iterations, place.position + by);
}

/** Shows the loop that some iterations are of. */
export function openLoop([iteration]: readonly number[]): void {
  const of = run.value;
  if (of && iteration !== undefined) showLoop(placeOf(of, iteration)?.loop ?? null);
}

/** Opens the panel of a loop, or closes it: by hand here, or as in the other of two pictures, where the focus stays. */
export function showLoop(loop: number | null, isByHand = true): void {
  if (!STANDALONE) {
    isOpenedHere = isByHand;
    if (isByHand)
      folding.value = { kind: "loop", scopes: [loop ?? loopOnView.value ?? -1], isOpen: loop !== null };
  }
  loopOnView.value = loop;
}

/** Whether a hand opened the panel in this picture. */
export let isOpenedHere = true;
