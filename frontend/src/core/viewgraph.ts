/**
 * The graph to draw: what is in focus, leaves beside what uses them, closed scopes folded.
 *
 * A closed scope is one card; closed iterations next to each other are one card ('iterations 4-8, 25 nodes'); graphs that
 * are not in focus are one card before and one after ('cells 2-17, 14 nodes').
 */

import { type FullGraph, fullGraph } from "./cards";
import { type Component, components, focusOf, homeOf } from "./components";
import { at, push } from "./lists";
import { outcomeOf } from "./outcomes";
import type { Run } from "./run";
import type { Card, Fold, GraphEdge, Group, ViewGraph } from "./types";

export { openAtFirst } from "./opening";
export { type Component, components, focusOf };

/** What is unfolded. */
export interface View {
  open: ReadonlySet<number>;
  focus: ReadonlySet<number>;
}

export function viewGraph(run: Run, view: View): ViewGraph {
  const full = fullGraph(run);
  const { shown, edges, paths } = placement(run, view.focus);
  const folder = new Folder(run, view.open);
  const cards = new Map<string, Card>();
  /** The card that stands for a card: itself, or what it is folded into. */
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
  const drawn = [...cards.values()];
  return {
    cards: [
      ...chips(run, full, view.focus, standIn, "before"),
      ...drawn,
      ...chips(run, full, view.focus, standIn, "after"),
    ],
    edges: mergeEdges(edges, standIn),
    groups: groupsOf(run, drawn),
  };
}

/** What is in focus and where each card belongs, before folding. */
interface Placement {
  focus: ReadonlySet<number>;
  shown: Card[];
  edges: GraphEdge[];
  paths: Map<string, readonly number[]>;
}

const placements = new WeakMap<Run, Placement>();

/** Kept for the focus asked for last: most steps only fold and unfold. */
function placement(run: Run, focus: ReadonlySet<number>): Placement {
  const known = placements.get(run);
  if (known && known.focus.size === focus.size && [...focus].every((part) => known.focus.has(part)))
    return known;
  const full = fullGraph(run);
  const shown = cardsInFocus(run, full, focus);
  const ids = new Set(shown.map(({ id }) => id));
  const edges = full.edges.filter(({ source, target }) => ids.has(source) && ids.has(target));
  const made = { focus: new Set(focus), shown, edges, paths: placeCards(run, full, shown) };
  placements.set(run, made);
  return made;
}

/** The cards of the components in focus and the leaves they borrow, in program order. */
function cardsInFocus(run: Run, full: FullGraph, focus: ReadonlySet<number>): Card[] {
  const ids = new Set(full.cards.filter(({ id }) => focus.has(homeOf(run, id))).map(({ id }) => id));
  const own = new Set(ids);
  for (const { source, target } of full.edges) if (own.has(target)) ids.add(source);
  return full.cards.filter(({ id }) => ids.has(id));
}

/** The scopes around each card, outermost first. A leaf goes to the innermost scope that holds all its consumers. */
function placeCards(run: Run, full: FullGraph, shown: Card[]): Map<string, readonly number[]> {
  const made = new Map(shown.map(({ id }) => [id, run.scopePath(full.scopeOf.get(id) ?? null)]));
  const consumers = new Map<string, (readonly number[])[]>();
  for (const { source, target } of full.edges) {
    const path = made.get(target);
    if (path) push(consumers, source, path);
  }
  const placed = new Map(made);
  for (const { id, kind } of shown) {
    const used = consumers.get(id);
    if (kind === "gradient" && used) placed.set(id, commonScopes(used));
    else if (kind === "leaf" && used) placed.set(id, localise(run, used, made.get(id) ?? []));
  }
  return placed;
}

type Paths = readonly (readonly number[])[];

/** Where all consumers are; but a leaf made before a loop stays out of its iterations. */
function localise(run: Run, consumers: Paths, own: readonly number[]): readonly number[] {
  const common = commonScopes(consumers);
  const foreign = common.findIndex((scope) => isIteration(run, scope) && !own.includes(scope));
  return foreign < 0 ? common : common.slice(0, foreign);
}

function commonScopes([first = [], ...rest]: Paths): readonly number[] {
  return rest.reduce((common, path) => {
    const differs = common.findIndex((scope, i) => path[i] !== scope);
    return differs < 0 ? common : common.slice(0, differs);
  }, first);
}

function isIteration(run: Run, scope: number): boolean {
  return at(run.trace.scopes, scope).kind === "iteration";
}

/** Which fold a place in the scopes falls into. */
class Folder {
  private readonly stretches = new Map<number, { first: number; last: number; scopes: number[] }>();

  constructor(
    private readonly run: Run,
    private readonly open: ReadonlySet<number>,
  ) {
    const iterations = new Map<number, number[]>();
    run.trace.scopes.forEach(({ kind, parent }, scope) => {
      if (kind === "iteration" && parent !== null) push(iterations, parent, scope);
    });
    for (const siblings of iterations.values()) this.stretch(siblings);
  }

  /** Closed iterations next to each other fold together. */
  private stretch(siblings: number[]): void {
    let current: { first: number; last: number; scopes: number[] } | null = null;
    for (const scope of siblings) {
      const index = at(this.run.trace.scopes, scope).index ?? 0;
      if (this.open.has(scope)) {
        current = null;
        continue;
      }
      current ??= { first: index, last: index, scopes: [] };
      current.last = index;
      current.scopes.push(scope);
      this.stretches.set(scope, current);
    }
  }

  /** The outermost closed scope of a path, and what it folds into; null if all are open. */
  fold(path: readonly number[]): { id: string; outermost: number; fold: Fold } | null {
    const outermost = path.find((scope) => !this.open.has(scope));
    if (outermost === undefined) return null;
    const { kind, label } = at(this.run.trace.scopes, outermost);
    const stretch = this.stretches.get(outermost);
    if (stretch) {
      const { first, last, scopes } = stretch;
      return {
        id: `f${at(scopes, 0)}`,
        outermost,
        fold: { kind: "iterations", scopes, first, last, count: 0 },
      };
    }
    const fold: Fold = { kind: "scope", scope: outermost, label, scopeKind: kind, count: 0 };
    return { id: `f${outermost}`, outermost, fold };
  }
}

function foldedCard(id: string, fold: Fold, group: string | null): Card {
  return {
    id,
    kind: "folded",
    op: null,
    tensor: null,
    node: null,
    output: 0,
    group,
    title: fold.kind === "scope" ? fold.label : "",
    gradFn: null,
    name: "",
    shape: [],
    dtype: "",
    requiresGrad: false,
    detached: false,
    sharesWith: [],
    ops: [],
    cell: null,
    born: Number.POSITIVE_INFINITY,
    fold,
  };
}

/** Puts one more card into a folded one. */
function absorb(into: Card, card: Card): void {
  if (into.fold) into.fold.count++;
  into.ops.push(...card.ops);
  into.cell ??= card.cell;
  into.born = Math.min(into.born, card.born);
}

/** One faded card for all the graphs before (or after) the ones in focus; what is drawn does not count in it. */
function chips(
  run: Run,
  full: FullGraph,
  focus: ReadonlySet<number>,
  drawn: ReadonlyMap<string, string>,
  side: "before" | "after",
): Card[] {
  const all = components(run);
  const last = Math.max(...focus);
  const hidden = [...all.keys()].filter((i) => !focus.has(i) && (side === "before" ? i < last : i > last));
  const cells = hidden.flatMap((i) => at(all, i).cells);
  const ids = new Set(hidden.flatMap((i) => at(all, i).cards).filter((id) => !drawn.has(id)));
  if (!focus.size || !cells.length || !ids.size) return [];
  const [first, end] = [Math.min(...cells), Math.max(...cells)];
  const fold: Fold = { kind: "cells", components: hidden, first, last: end, count: 0 };
  const chip = foldedCard(`cells-${side}`, fold, null);
  for (const card of full.cards) if (ids.has(card.id)) absorb(chip, card);
  return [chip];
}

/** Edges between the cards that stand for their ends; those between folded cards merge. */
function mergeEdges(edges: GraphEdge[], standIn: Map<string, string>): GraphEdge[] {
  const merged = new Map<string, GraphEdge>();
  for (const edge of edges) {
    const source = standIn.get(edge.source);
    const target = standIn.get(edge.target);
    if (source === undefined || target === undefined || source === target) continue;
    const isOwn = source === edge.source && target === edge.target;
    const id = isOwn ? edge.id : `${source}>${target === edge.target ? `${target}:${edge.slot}` : target}`;
    const known = merged.get(id);
    // What is folded has no first and second operand.
    const slot = target === edge.target ? edge.slot : 0;
    if (!known) merged.set(id, { ...edge, id, source, target, slot });
    else {
      const tracked = known.kind === "tracked" || edge.kind === "tracked";
      merged.set(id, {
        ...known,
        kind: tracked ? "tracked" : known.kind,
        reason: tracked ? null : known.reason,
        edges: [...known.edges, ...edge.edges],
      });
    }
  }
  return [...merged.values()];
}

// -- groups --

/** The box that a path of scopes ends in. */
function groupOf(run: Run, path: readonly number[]): string | null {
  const scope = path.findLast((candidate) => at(run.trace.scopes, candidate).kind !== "loop");
  return scope === undefined ? null : `s${scope}`;
}

/** The boxes that hold a drawn card, outer before inner. */
function groupsOf(run: Run, drawn: Card[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { group } of drawn) {
    if (group === null) continue;
    const path = run.scopePath(Number(group.slice(1)));
    path.forEach((scope, depth) => {
      const { kind, label, index, parent } = at(run.trace.scopes, scope);
      if (kind === "loop" || groups.has(`s${scope}`)) return;
      const loop = kind === "iteration" ? parent : null;
      groups.set(`s${scope}`, {
        id: `s${scope}`,
        parent: groupOf(run, path.slice(0, depth)),
        scope,
        loop,
        kind,
        label: loop === null ? label : at(run.trace.scopes, loop).label,
        index,
        iterations: loop === null ? null : run.trace.scopes.filter((other) => other.parent === loop).length,
        outcome: outcomeOf(run, scope),
      });
    });
  }
  return [...groups.values()];
}
