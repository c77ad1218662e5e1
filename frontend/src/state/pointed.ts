/** Where in the drawing is what a step, a diagnosis or a comparison points at: nothing may stand over it. */
import { computed, signal } from "@preact/signals";
import type { Box } from "../core/types";
import { activeCards, scene } from "./scene";

/** What a diagnosis marks, told by what draws the marks. */
export const diagnosed = signal<readonly Box[]>([]);
/** What differs from another run, told by what draws the marks. */
export const differing = signal<readonly Box[]>([]);

/** The words at what a diagnosis marks, and those at what differs: the latter make room for the former, and labels for both. */
export const tags = signal<readonly Box[]>([]);
export const badges = signal<readonly Box[]>([]);

/** The reasons beside edges that are cut off, which stand there at every step: labels of one step make room for them. */
export const reasons = signal<readonly Box[]>([]);

/** The labels beside edges at work, told by what draws them. */
export const labelled = signal<readonly Box[]>([]);

export const pointedAt = computed<readonly Box[]>(() => {
  const nodes = scene.value?.layout.nodes ?? {};
  const active = [...activeCards.value].flatMap((id) => nodes[id] ?? []);
  return [...diagnosed.value, ...differing.value, ...active];
});
