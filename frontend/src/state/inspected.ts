/** The card on view in the inspector: the selected one, or else the one that the step is about. */
import { computed } from "@preact/signals";
import type { Run } from "../core/run";
import type { Card, CardState } from "../core/types";
import { activeCards, type Scene, scene, states } from "./scene";
import { selected } from "./screen";

/** A card with the state that it has in a run. */
export interface Inspected {
  readonly run: Run;
  readonly card: Card;
  readonly state: CardState;
}

/** The card on view and its state; a card that is folded away or of another run is none. */
export const inspected = computed<Inspected | null>(() => {
  const drawn = scene.value;
  const { run } = states.value;
  if (!drawn || !run) return null;
  const find = (id: string | null | undefined) => {
    const card = drawn.graph.cards.find((each) => each.id === id);
    const state = card && states.value.cards.get(card.id);
    return card && state && !card.fold ? { run, card, state } : null;
  };
  const picked = find(selected.value);
  if (picked) return picked;
  for (const id of activeCards.value) {
    const active = find(id);
    if (active) return active;
  }
  return lastDone(run, drawn);
});

/** Between two cards' steps the last one that was made stays on view. */
function lastDone(run: Run, drawn: Scene): Inspected | null {
  let latest: Inspected | null = null;
  for (const card of drawn.graph.cards) {
    const state = states.value.cards.get(card.id);
    if (state?.state === "done" && !card.fold && card.born >= (latest?.card.born ?? 0)) {
      latest = { run, card, state };
    }
  }
  return latest;
}
