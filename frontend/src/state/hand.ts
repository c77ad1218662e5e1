/** What a hand did with the picture of the step, as a link carries it to another page. */
import type { Hand } from "../core/link";
import { loopOnView, showLoop } from "./loop";
import { added, addToFocus, chosen, setOpen } from "./opened";
import { overrides } from "./run";
import { unroll, unrolled } from "./scene";
import { asking, pane, revealing, selected } from "./screen";
import { isVaried } from "./whatif";

export function handNow(): Hand {
  const byHand = [...chosen.value];
  const scopes = (isOpen: boolean) => byHand.filter(([, is]) => is === isOpen).map(([scope]) => scope);
  return {
    varied: isVaried.value ? [...overrides.value] : [],
    card: selected.value,
    opened: scopes(true),
    folded: scopes(false),
    components: [...added.value],
    stretches: [...unrolled.value],
    loop: loopOnView.value,
    asks: asking.value,
    predicts: revealing.value,
    pane: pane.value === "graph" ? null : pane.value,
  };
}

/** On a run that nobody has touched yet. */
export function moveHand(hand: Hand): void {
  selected.value = hand.card;
  setOpen(hand.opened, true);
  setOpen(hand.folded, false);
  addToFocus(hand.components);
  unroll(...hand.stretches);
  showLoop(hand.loop);
  asking.value = hand.asks;
  revealing.value = hand.predicts;
  pane.value = hand.pane === "code" || hand.pane === "details" ? hand.pane : "graph";
}
