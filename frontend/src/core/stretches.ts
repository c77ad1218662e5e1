/** Long straight runs of cards in one box are cut into stretches: one stays open, the others fold into a card each. */

import { absorb, foldedCard } from "./folding";
import type { Card } from "./types";

/** A run of no more cards than this stays whole. */
const LONG = 60;
/** The cards of a stretch. */
const PIECE = 30;

/** For each card in a long run, the stretch that it is in; stretches are named by their first card. */
export function cutStretches(cards: Iterable<Card>): Map<string, string> {
  const found = new Map<string, string>();
  let current: Card[] = [];
  const cut = () => {
    const pieces = current.length > LONG ? Math.round(current.length / PIECE) : 0;
    for (let piece = 0; piece < pieces; piece++) {
      const from = Math.floor((piece * current.length) / pieces);
      const inside = current.slice(from, Math.floor(((piece + 1) * current.length) / pieces));
      for (const { id } of inside) found.set(id, `r${inside[0]?.id}`);
    }
    current = [];
  };
  for (const card of cards) {
    if (current[0] && current[0].group !== card.group) cut();
    current.push(card);
  }
  cut();
  return found;
}

/** The cards with closed stretches folded, and for each card that is folded away what stands for it. */
export function foldStretches(
  cards: Iterable<Card>,
  stretchOf: ReadonlyMap<string, string>,
  open: ReadonlySet<string>,
): { cards: Card[]; standIn: Map<string, string> } {
  const drawn = new Map<string, Card>();
  const standIn = new Map<string, string>();
  for (const card of cards) {
    const stretch = stretchOf.get(card.id);
    if (stretch === undefined || open.has(stretch)) {
      drawn.set(card.id, card);
      continue;
    }
    const folded =
      drawn.get(stretch) ?? foldedCard(stretch, { kind: "stretch", stretch, count: 0 }, card.group);
    drawn.set(stretch, folded);
    absorb(folded, card);
    standIn.set(card.id, stretch);
  }
  return { cards: [...drawn.values()], standIn };
}
