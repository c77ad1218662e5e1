/**
 * The graph to draw: what is in focus, leaves beside what uses them, closed scopes folded.
 *
 * A closed scope is one card; closed iterations next to each other are one card ('iterations 4-8, 25 nodes'); graphs that
 * are not in focus are one card before and one after ('cells 2-17, 14 nodes').
 */

import { type Component, components, focusOf } from "./components";
import { chips, unitsOf } from "./folding";
import { groupOf, groupsOf } from "./groups";
import { at } from "./lists";
import { type Bundle, type Cut, nest } from "./nest";
import { type Placement, placement } from "./placement";
import type { Run } from "./run";
import { cutStretches, stretchUnit } from "./stretches";
import type { GraphEdge, ViewGraph } from "./types";

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
export interface Arrangement extends Cut {
  placement: Placement;
  /** The stretch that a card in a long run is in. */
  stretchOf: ReadonlyMap<string, string>;
}

export function viewGraph(run: Run, view: View): ViewGraph {
  return drawnGraph(run, arrange(run, view), view);
}

export function arrange(run: Run, view: View): Arrangement {
  const placed = placement(run, view.focus);
  const cut = cutScopes(run, placed)((scope) => view.open.has(scope), unitsOf(run, view.open));
  return { ...cut, placement: placed, stretchOf: cutStretches(cut.cards) };
}

type Cutter<Key> = ReturnType<typeof nest<Key>>;

const byScopes = new WeakMap<Placement, Cutter<number>>();

/** Cuts the cards of a focus by the scopes around them. */
function cutScopes(run: Run, placed: Placement): Cutter<number> {
  const known = byScopes.get(placed);
  if (known) return known;
  const { shown, paths, edges } = placed;
  const cards = shown.map((card) => ({ ...card, group: groupOf(run, paths.get(card.id) ?? []) }));
  const made = nest(
    cards,
    paths,
    edges.map((edge, part) => ({ edge, parts: [part] })),
  );
  byScopes.set(placed, made);
  return made;
}

const byStretches = new WeakMap<Arrangement, Cutter<string>>();

/** Cuts what is arranged by the stretches around it. */
function cutByStretch(arrangement: Arrangement): Cutter<string> {
  const known = byStretches.get(arrangement);
  if (known) return known;
  const { cards, edges, stretchOf } = arrangement;
  const paths = new Map(cards.map(({ id }) => [id, [stretchOf.get(id) ?? []].flat()]));
  const made = nest(cards, paths, edges);
  byStretches.set(arrangement, made);
  return made;
}

export function drawnGraph(run: Run, arrangement: Arrangement, view: View): ViewGraph {
  const { placement: placed, stretchOf, standIn } = arrangement;
  const open = view.stretches;
  const drawn =
    stretchOf.size === 0 || !open
      ? arrangement
      : cutByStretch(arrangement)((stretch) => open.has(stretch), stretchUnit);
  const isShown = (card: string) => standIn(card) !== undefined;
  return {
    cards: [
      ...chips(run, view.focus, isShown, "before"),
      ...drawn.cards,
      ...chips(run, view.focus, isShown, "after"),
    ],
    edges: drawn.edges.map((bundle) => edgeOf(bundle, placed.edges)),
    groups: groupsOf(run, drawn.cards),
  };
}

/** A bundle as one edge; the graph's own where it is that. */
function edgeOf({ edge, parts }: Bundle, all: readonly GraphEdge[]): GraphEdge {
  if (edge === all[parts[0] ?? -1]) return edge;
  const edges: number[] = [];
  for (const part of parts) for (const each of at(all, part).edges) edges.push(each);
  return { ...edge, edges };
}
