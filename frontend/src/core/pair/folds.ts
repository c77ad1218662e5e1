/** What a hand opens or folds in one of two pictures, as the other has it: scopes by their twins, the rest by the ops in it. */

import { fullGraph } from "../cards";
import { homeOf } from "../components";
import type { Folding } from "../messages";
import type { Run } from "../run";
import type { Arrangement } from "../viewgraph";

/** A stretch goes along if it has this part of what was opened: two runs are not cut at the same ops. */
const PART = 1 / 3;

/** The same in the other run, by its scopes and ops; null where it has nothing of it. */
export function foldingThere(
  folding: Folding,
  scopes: ReadonlyMap<number, number>,
  ops: ReadonlyMap<number, number>,
): Folding | null {
  const there = (own: readonly number[], twins: ReadonlyMap<number, number>) =>
    own.flatMap((each) => twins.get(each) ?? []);
  const found =
    "scopes" in folding
      ? { ...folding, scopes: there(folding.scopes, scopes) }
      : { ...folding, ops: there(folding.ops, ops) };
  return ("scopes" in found ? found.scopes : found.ops).length > 0 ? found : null;
}

/** The graphs that ops are in, by component. */
export function graphsOf(run: Run, ops: readonly number[]): Set<number> {
  return new Set(cardsOf(run, ops).map((card) => homeOf(run, card)));
}

/** The stretches that have most of some ops. */
export function stretchesOf(run: Run, { standIn, stretchOf }: Arrangement, ops: readonly number[]): string[] {
  const counts = new Map<string, number>();
  const cards = cardsOf(run, ops);
  for (const card of cards) {
    const stretch = stretchOf.get(standIn(card) ?? "");
    if (stretch !== undefined) counts.set(stretch, (counts.get(stretch) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count >= PART * cards.length).map(([stretch]) => stretch);
}

function cardsOf(run: Run, ops: readonly number[]): string[] {
  return ops.flatMap((op) => fullGraph(run).cardOfOp.get(op) ?? []);
}
