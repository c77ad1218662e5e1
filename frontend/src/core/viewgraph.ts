/**
 * The graph to draw: what is in focus, leaves beside what uses them, closed scopes folded.
 *
 * A closed scope is one card; closed iterations next to each other are one card ('iterations 4-8, 25 nodes'); graphs that
 * are not in focus are one card before and one after ('cells 2-17, 14 nodes').
 */

import { type Component, components, focusOf } from "./components";
import { absorb, chips, Folder, foldedCard } from "./folding";
import { groupOf, groupsOf } from "./groups";
import { placement } from "./placement";
import type { Run } from "./run";
import { cutStretches, foldStretches } from "./stretches";
import type { Card, GraphEdge, ViewGraph } from "./types";

export { openAtFirst } from "./opening";
export { type Component, components, focusOf };

/** What is unfolded. */
export interface View {
  open: ReadonlySet<number>;
  focus: ReadonlySet<number>;
  /** The stretches of long runs that are open; left out: all. */
  stretches?: ReadonlySet<string>;
}

/** The cards of a focus with closed scopes folded: what a view of it begins with. */
export interface Arrangement {
  cards: Map<string, Card>;
  edges: GraphEdge[];
  /** The card that stands for a card: itself, or what it is folded into. */
  standIn: Map<string, string>;
  /** The stretch that a card in a long run is in. */
  stretchOf: Map<string, string>;
}

export function viewGraph(run: Run, view: View): ViewGraph {
  return drawnGraph(run, arrange(run, view), view);
}

export function arrange(run: Run, view: View): Arrangement {
  const { shown, edges, paths } = placement(run, view.focus);
  const folder = new Folder(run, view.open);
  const cards = new Map<string, Card>();
  const standIn = new Map<string, string>();
  for (const card of shown) {
    const path = paths.get(card.id) ?? [];
    const folded = folder.fold(path);
    const id = folded?.id ?? card.id;
    standIn.set(card.id, id);
    if (folded) {
      const group = groupOf(run, path.slice(0, path.indexOf(folded.outermost)));
      const known = cards.get(id) ?? foldedCard(id, folded.fold, group);
      cards.set(id, known);
      absorb(known, card);
    } else cards.set(id, { ...card, group: groupOf(run, path) });
  }
  return { cards, edges, standIn, stretchOf: cutStretches(cards.values()) };
}

export function drawnGraph(run: Run, arrangement: Arrangement, view: View): ViewGraph {
  const { edges, stretchOf } = arrangement;
  const open = view.stretches ?? new Set(stretchOf.values());
  const { cards: drawn, standIn: into } = foldStretches(arrangement.cards.values(), stretchOf, open);
  // Without stretches nothing more is folded, and thousands of cards stand for themselves.
  const standIn =
    stretchOf.size === 0
      ? arrangement.standIn
      : new Map([...arrangement.standIn].map(([id, stand]) => [id, into.get(stand) ?? stand]));
  return {
    cards: [
      ...chips(run, view.focus, standIn, "before"),
      ...drawn,
      ...chips(run, view.focus, standIn, "after"),
    ],
    edges: mergeEdges(edges, standIn),
    groups: groupsOf(run, drawn),
  };
}

/** Edges between the cards that stand for their ends; those between folded cards merge. */
function mergeEdges(edges: GraphEdge[], standIn: Map<string, string>): GraphEdge[] {
  const merged = new Map<string, { -readonly [key in keyof GraphEdge]: GraphEdge[key] }>();
  for (const edge of edges) {
    const source = standIn.get(edge.source);
    const target = standIn.get(edge.target);
    if (source === undefined || target === undefined || source === target) continue;
    const isOwn = source === edge.source && target === edge.target;
    const id = isOwn ? edge.id : `${source}>${target === edge.target ? `${target}:${edge.slot}` : target}`;
    const known = merged.get(id);
    // What is folded has no first and second operand.
    const slot = target === edge.target ? edge.slot : 0;
    if (!known) merged.set(id, { ...edge, id, source, target, slot, edges: [...edge.edges] });
    else {
      if (edge.kind === "tracked") known.kind = "tracked";
      if (known.kind === "tracked") known.reason = null;
      known.edges.push(...edge.edges);
    }
  }
  return [...merged.values()];
}
