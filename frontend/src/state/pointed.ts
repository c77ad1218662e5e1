/** Where in the drawing is what a step, a diagnosis or a comparison points at: nothing may stand over it. */
import { computed, signal } from "@preact/signals";
import type { Box } from "../core/types";
import { beside } from "./beside";
import { activeCards, scene } from "./scene";

/** What a diagnosis marks, told by what draws the marks. */
export const diagnosed = signal<readonly Box[]>([]);

export const pointedAt = computed<readonly Box[]>(() => {
  const nodes = scene.value?.layout.nodes ?? {};
  const named = [...activeCards.value, ...Object.keys(beside.value?.marks.cards ?? {})];
  return [...diagnosed.value, ...named.flatMap((id) => nodes[id] ?? [])];
});
