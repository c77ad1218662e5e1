/** Folded cards: what stands for a closed scope, for closed iterations in a row, for the graphs out of focus. */

import { fullGraph } from "./cards";
import { components } from "./components";
import { labelOf } from "./groups";
import { at, push } from "./lists";
import type { Run } from "./run";
import type { Card, Fold } from "./types";

/** Which fold a place in the scopes falls into. */
export class Folder {
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
    const { kind } = at(this.run.trace.scopes, outermost);
    const stretch = this.stretches.get(outermost);
    if (stretch) {
      const { first, last, scopes } = stretch;
      return {
        id: `f${at(scopes, 0)}`,
        outermost,
        fold: { kind: "iterations", scopes, first, last, count: 0 },
      };
    }
    const fold: Fold = {
      kind: "scope",
      scope: outermost,
      label: labelOf(this.run, outermost),
      scopeKind: kind,
      count: 0,
    };
    return { id: `f${outermost}`, outermost, fold };
  }
}

export function foldedCard(id: string, fold: Fold, group: string | null): Card {
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
export function absorb(into: Card, card: Card): void {
  if (into.fold) into.fold.count++;
  into.ops.push(...card.ops);
  into.cell ??= card.cell;
  into.born = Math.min(into.born, card.born);
}

/** One faded card for all the graphs before (or after) the ones in focus; what is drawn does not count in it. */
export function chips(
  run: Run,
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
  for (const card of fullGraph(run).cards) if (ids.has(card.id)) absorb(chip, card);
  return [chip];
}
