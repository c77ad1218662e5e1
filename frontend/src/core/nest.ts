/**
 * Cards in boxes in boxes, cut where boxes are closed. What a closed box comes to is worked out once, so that another cut
 * looks at what is open and at the closed boxes beside it, and not at the thousands of cards in them.
 */

import { absorb } from "./folding";
import { at, push } from "./lists";
import type { Card, GraphEdge, Unit } from "./types";

/** Edges that are drawn as one. */
export interface Bundle {
  /** The first of them, between what is drawn. */
  readonly edge: GraphEdge;
  /** Their positions among the edges of the whole graph, ascending. */
  readonly parts: readonly number[];
}

export interface Cut {
  /** In the order of what is first in them. */
  cards: Card[];
  edges: Bundle[];
  /** The card that stands for a card: itself, or what it is folded into; undefined where it is not in the nest. */
  standIn: (card: string) => string | undefined;
}

interface Leaf {
  readonly card: Card;
  readonly first: number;
}

interface Box<Key> {
  readonly key: Key;
  readonly above: readonly Key[];
  readonly inside: (Leaf | Box<Key>)[];
  closed: Closed | null;
}

interface Closed {
  readonly leaves: readonly Leaf[];
  /** All of them in one. */
  readonly sum: Card;
  /** What comes in from outside, a bundle for each card that it comes from. */
  readonly into: readonly Bundle[];
}

/**
 * The way to cut a nest: `isOpen` says which boxes are open, `unitOf` what one that is closed folds into, which may be several's.
 * `paths` has the boxes around each card, outermost first.
 */
export function nest<Key>(
  cards: readonly Card[],
  paths: ReadonlyMap<string, readonly Key[]>,
  edges: readonly Bundle[],
): (isOpen: (key: Key) => boolean, unitOf: (key: Key, above: readonly Key[]) => Unit) => Cut {
  const top: (Leaf | Box<Key>)[] = [];
  const boxes = new Map<Key, Box<Key>>();
  cards.forEach((card, first) => {
    let inside = top;
    (paths.get(card.id) ?? []).forEach((key, depth, path) => {
      let box = boxes.get(key);
      if (!box) {
        box = { key, above: path.slice(0, depth), inside: [], closed: null };
        boxes.set(key, box);
        inside.push(box);
      }
      inside = box.inside;
    });
    inside.push({ card, first });
  });
  const bundles = new Map<string, Bundle[]>();
  for (const bundle of edges) push(bundles, bundle.edge.target, bundle);

  const close = (box: Box<Key>): Closed => {
    if (box.closed) return box.closed;
    const leaves = leavesOf(box.inside).sort(byFirst);
    const sum: Card = { ...at(leaves, 0).card, ops: [], cell: null, born: Number.POSITIVE_INFINITY };
    for (const { card } of leaves) absorb(sum, card, 0);
    const found = new Map<string, Found>();
    for (const { card } of leaves)
      for (const bundle of bundles.get(card.id) ?? []) {
        const { source } = bundle.edge;
        if (!paths.get(source)?.includes(box.key)) add(found, source, bundle, () => bundle.edge);
      }
    box.closed = { leaves, sum, into: [...found.values()].map(merged) };
    return box.closed;
  };

  return (isOpen, unitOf) => {
    const drawn: Leaf[] = [];
    const units = new Map<Key, string>();
    const standIn = (id: string): string | undefined => {
      const path = paths.get(id);
      const closed = path?.find((key) => !isOpen(key));
      return path && (closed === undefined ? id : units.get(closed));
    };
    const folded = new Map<string, { unit: Unit; inside: Closed[] }>();
    const visit = (items: Box<Key>["inside"]): void => {
      for (const item of items) {
        if ("card" in item) drawn.push(item);
        else if (isOpen(item.key)) visit(item.inside);
        else {
          const unit = unitOf(item.key, item.above);
          units.set(item.key, unit.id);
          const known = folded.get(unit.id) ?? { unit, inside: [] };
          folded.set(unit.id, known);
          known.inside.push(close(item));
        }
      }
    };
    visit(top);

    const found = new Map<string, Found>();
    for (const { card } of drawn)
      for (const bundle of bundles.get(card.id) ?? []) collect(found, bundle, standIn, card);
    for (const { unit, inside } of folded.values()) {
      inside.sort((a, b) => firstOf(a) - firstOf(b));
      const { card: model, first } = at(at(inside, 0).leaves, 0);
      const card = unit.make(model);
      fill(card, inside);
      drawn.push({ card, first });
      for (const { into } of inside) for (const bundle of into) collect(found, bundle, standIn, card);
    }
    return {
      cards: drawn.sort(byFirst).map(({ card }) => card),
      edges: [...found.values()].map(merged).sort(byPart),
      standIn,
    };
  };
}

/** Puts what is in closed boxes, the first first, into a folded card, in the order of the cards. */
function fill(card: Card, inside: readonly Closed[]): void {
  const isApart = inside.every((box, i) => {
    const before = inside[i - 1];
    return !before || at(before.leaves, before.leaves.length - 1).first < firstOf(box);
  });
  if (isApart) for (const { sum, leaves } of inside) absorb(card, sum, leaves.length);
  else for (const leaf of inside.flatMap(({ leaves }) => leaves).sort(byFirst)) absorb(card, leaf.card, 1);
}

const firstOf = ({ leaves }: Closed) => at(leaves, 0).first;
const byFirst = (a: Leaf, b: Leaf) => a.first - b.first;
const byPart = (a: Bundle, b: Bundle) => at(a.parts, 0) - at(b.parts, 0);

function leavesOf<Key>(items: Box<Key>["inside"]): Leaf[] {
  return items.flatMap((item) => ("card" in item ? item : leavesOf(item.inside)));
}

/** Bundles that become one. */
interface Found {
  readonly edge: GraphEdge;
  readonly bundles: Bundle[];
}

function add(found: Map<string, Found>, key: string, bundle: Bundle, edge: () => GraphEdge): void {
  const known = found.get(key);
  if (known) known.bundles.push(bundle);
  else found.set(key, { edge: edge(), bundles: [bundle] });
}

/** Puts an edge into a drawn card to those between the cards that stand for its ends. */
function collect(
  found: Map<string, Found>,
  bundle: Bundle,
  standIn: Cut["standIn"],
  { id: target, fold }: Card,
): void {
  const { edge } = bundle;
  const source = standIn(edge.source);
  if (source === undefined || source === target) return;
  const isOwn = source === edge.source && target === edge.target;
  // What is folded has no first and second operand.
  const slot = fold ? 0 : edge.slot;
  const id = isOwn ? edge.id : `${source}>${fold ? target : `${target}:${slot}`}`;
  add(found, id, bundle, () => (isOwn ? edge : { ...edge, id, source, target, slot }));
}

function merged({ edge, bundles }: Found): Bundle {
  const [first, ...more] = bundles.sort(byPart);
  if (!first || more.length === 0) return { edge, parts: first?.parts ?? [] };
  const isTracked = bundles.some((bundle) => bundle.edge.kind === "tracked");
  return {
    edge: {
      ...edge,
      kind: isTracked ? "tracked" : first.edge.kind,
      reason: isTracked ? null : first.edge.reason,
    },
    parts: bundles.flatMap((bundle) => bundle.parts).sort((a, b) => a - b),
  };
}
