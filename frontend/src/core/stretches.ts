/** Long straight runs of cards in one box are cut into stretches: one stays open, the others fold into a card each. */

import { foldedCard } from "./folding";
import type { Card, Unit } from "./types";

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

/** The folded card, with nothing in it yet, of a closed stretch. */
export function stretchUnit(stretch: string): Unit {
  return {
    id: stretch,
    make: ({ group }) => foldedCard(stretch, { kind: "stretch", stretch, count: 0 }, group),
  };
}
