/** Walking through the graph by keys: one card at a time has the focus, and the camera follows it. */
import { computed, signal } from "@preact/signals";
import { inProgramOrder, moveOfKey, type Place, walk } from "../core/outline";
import { follow } from "./camera";
import { activeCards, scene } from "./scene";

const place = signal<Place | null>(null);
/** Keys walk only where keys brought the focus: who clicks a card goes on stepping. */
let byKeys = false;

/** The card that Tab leads to: where the walk was, else what the step is about, else the first; of those drawn. */
export const tabStop = computed<string | null>(() => {
  const drawn = scene.value;
  if (!drawn) return null;
  const left = place.value?.card;
  if (left !== undefined && drawn.faces.has(left)) return left;
  return activeCards.value[0] ?? inProgramOrder(drawn.graph)[0]?.id ?? null;
});

export function arrive(card: string, visibly: boolean): void {
  byKeys = visibly;
  if (place.value?.card !== card) place.value = { card, among: null };
  const box = scene.value?.layout.nodes[card];
  if (visibly && box) follow(box);
}

/** Called for a key on a card; false where the key is not one that walks. */
export function walkByKey(key: string, card: string): boolean {
  const drawn = scene.value;
  const move = drawn && byKeys ? moveOfKey(key, drawn.layout.direction) : null;
  if (!drawn || move === null) return false;
  const from = place.value?.card === card ? place.value : { card, among: null };
  const to = walk(drawn.graph, from, move);
  if (to === from) return true;
  place.value = to;
  const box = drawn.layout.nodes[to.card];
  if (box) follow(box);
  focusOnceDrawn(to.card, 60);
  return true;
}

/** A card out of sight is drawn once the camera has come there. */
function focusOnceDrawn(card: string, frames: number): void {
  if (place.value?.card !== card || frames === 0) return;
  const found = document.querySelector<SVGElement>(`[data-node="${CSS.escape(card)}"]`);
  if (found) found.focus({ preventScroll: true });
  else requestAnimationFrame(() => focusOnceDrawn(card, frames - 1));
}
