/** Folded cards: what stands for a closed scope, for closed iterations in a row, for the graphs out of focus. */

import { fullGraph } from "./cards";
import { components } from "./components";
import { groupOf, labelOf } from "./groups";
import { at } from "./lists";
import { iterationsIn } from "./opening";
import type { Run } from "./run";
import type { Card, Fold, Unit } from "./types";

/** What a closed scope in open ones folds into; closed iterations next to each other fold together. */
export function unitsOf(
  run: Run,
  open: ReadonlySet<number>,
): (scope: number, above: readonly number[]) => Unit {
  const rows = new Map<number, number[]>();
  const rowOf = (iteration: number, loop: number): number[] => {
    if (!rows.has(iteration)) {
      let row: number[] = [];
      for (const scope of iterationsIn(run, loop)) {
        if (open.has(scope)) row = [];
        else {
          row.push(scope);
          rows.set(scope, row);
        }
      }
    }
    return rows.get(iteration) ?? [iteration];
  };
  const indexOf = (scope: number) => at(run.trace.scopes, scope).index ?? 0;
  return (scope, above) => {
    const { kind, parent } = at(run.trace.scopes, scope);
    const scopes = kind === "iteration" && parent !== null ? rowOf(scope, parent) : null;
    const id = `f${scopes?.[0] ?? scope}`;
    return {
      id,
      make: () => {
        const fold: Fold = scopes
          ? {
              kind: "iterations",
              scopes,
              first: indexOf(at(scopes, 0)),
              last: indexOf(at(scopes, scopes.length - 1)),
              count: 0,
            }
          : { kind: "scope", scope, label: labelOf(run, scope), scopeKind: kind, count: 0 };
        return foldedCard(id, fold, groupOf(run, above));
      },
    };
  };
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

/** Puts a card, or what is in one, into another; in a fold it counts as so many. */
export function absorb(into: Card, card: Card, count: number): void {
  if (into.fold) into.fold.count += count;
  for (const op of card.ops) into.ops.push(op);
  into.cell ??= card.cell;
  into.born = Math.min(into.born, card.born);
}

/** One faded card for all the graphs before (or after) the ones in focus; what is drawn does not count in it. */
export function chips(
  run: Run,
  focus: ReadonlySet<number>,
  isShown: (card: string) => boolean,
  side: "before" | "after",
): Card[] {
  const all = components(run);
  const last = Math.max(...focus);
  const hidden = [...all.keys()].filter((i) => !focus.has(i) && (side === "before" ? i < last : i > last));
  const cells = hidden.flatMap((i) => at(all, i).cells);
  const ids = new Set(hidden.flatMap((i) => at(all, i).cards).filter((id) => !isShown(id)));
  if (!focus.size || !cells.length || !ids.size) return [];
  const [first, end] = [Math.min(...cells), Math.max(...cells)];
  const fold: Fold = { kind: "cells", components: hidden, first, last: end, count: 0 };
  const chip = foldedCard(`cells-${side}`, fold, null);
  for (const card of fullGraph(run).cards) if (ids.has(card.id)) absorb(chip, card, 1);
  return [chip];
}
