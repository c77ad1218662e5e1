/** What differs between two runs: in the pictures at a moment, and in what a step brings. */

import { fullGraph } from "../cards";
import { at } from "../lists";
import type { Run } from "../run";
import { cardState } from "../state";
import type { Card, CardState, Step } from "../types";
import { numbersOf } from "../values";
import type { Counterparts } from "./counterparts";

/** `only`: the other run has no such card. `tracking`: in one of them a gradient can come to it, in the other not. */
export type Difference = "only" | "value" | "gradient" | "tracking";

/** What is marked in one picture: cards by their ids, edges by their positions in the trace. */
export interface PictureMarks {
  readonly cards: Readonly<Record<string, readonly Difference[]>>;
  /** `only`: leads elsewhere, or is not there, in the other run. `tracking`: carries a gradient in one run only. */
  readonly edges: Readonly<Record<number, Difference>>;
}

/** Compares values of the one run with values of the other, each pair once. */
export class Comparer {
  private readonly known = new Map<string, boolean>();

  constructor(readonly between: Counterparts) {}

  /** Whether two values (positions in their traces) are the same numbers; nothing is only like nothing. */
  isSame(
    one: number | null,
    other: number | null,
    tensors: readonly [number | null, number | null] = [null, null],
  ): boolean {
    if (one === null || other === null) return one === other;
    const key = `${one} ${other} ${tensors[0]} ${tensors[1]}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const a = numbersOf(this.between.a.trace, one, tensors[0] ?? undefined);
    const b = numbersOf(this.between.b.trace, other, tensors[1] ?? undefined);
    const same =
      a.dtype === b.dtype &&
      a.shape.join() === b.shape.join() &&
      a.data.length === b.data.length &&
      // NaN is like NaN here, and 0 like -0.
      a.data.every((number, i) => number === b.data[i] || Object.is(number, b.data[i])) &&
      // What is not listed is compared by what is said of all of it.
      JSON.stringify(a.summary ?? null) === JSON.stringify(b.summary ?? null);
    this.known.set(key, same);
    return same;
  }

  /** The marks in both pictures after a step of each. */
  marks(stepA: Step, stepB: Step): { a: PictureMarks; b: PictureMarks } {
    const { between } = this;
    const cards = { a: {} as Record<string, Difference[]>, b: {} as Record<string, Difference[]> };
    const inB = fullGraph(between.b).byId;
    for (const card of fullGraph(between.a).cards) {
      if (card.born > stepA.to) continue;
      const twin = inB.get(between.cardInB(card) ?? "");
      if (!twin) cards.a[card.id] = ["only"];
      else if (twin.born <= stepB.to) {
        const found = this.cardDifferences(card, stepA, twin, stepB);
        if (found.length === 0) continue;
        cards.a[card.id] = found;
        cards.b[twin.id] = found;
      }
    }
    const inA = fullGraph(between.a).byId;
    for (const card of inB.values())
      if (card.born <= stepB.to && !inA.has(between.cardInA(card) ?? "")) cards.b[card.id] = ["only"];
    const edges = this.edgeDifferences(stepA.to, stepB.to);
    return { a: { cards: cards.a, edges: edges.a }, b: { cards: cards.b, edges: edges.b } };
  }

  private cardDifferences(card: Card, step: Step, twin: Card, twinStep: Step): Difference[] {
    const one = cardState(this.between.a, card, step);
    const other = cardState(this.between.b, twin, twinStep);
    const tensors = [card.tensor, twin.tensor] as const;
    const found: Difference[] = [];
    if (!this.isSame(one.value, other.value, tensors)) found.push("value");
    if (!this.hasSameGradient(one, other)) found.push("gradient");
    if (one.requiresGrad !== other.requiresGrad) found.push("tracking");
    return found;
  }

  private hasSameGradient(one: CardState, other: CardState): boolean {
    return this.isSame(one.grad, other.grad) && this.isSame(one.cotangent, other.cotangent);
  }

  private edgeDifferences(k: number, l: number): Record<"a" | "b", Record<number, Difference>> {
    const { a, b, ops } = this.between;
    const found = { a: {} as Record<number, Difference>, b: {} as Record<number, Difference> };
    for (const [op, twin] of ops) {
      if (!hasRun(a, op, k) || !hasRun(b, twin, l)) continue;
      const others = b.edgesOf(twin);
      const isPaired = new Set<number>();
      for (const edge of a.edgesOf(op)) {
        const { slot, producer, kind } = at(a.trace.edges, edge);
        const other = others.find((each) => at(b.trace.edges, each).slot === slot);
        if (other === undefined) {
          found.a[edge] = "only";
          continue;
        }
        isPaired.add(other);
        const match = at(b.trace.edges, other);
        const source = producer === null ? null : (ops.get(producer) ?? -1);
        const difference: Difference | null =
          source !== match.producer
            ? "only"
            : (kind === "tracked") !== (match.kind === "tracked")
              ? "tracking"
              : null;
        if (difference === null) continue;
        found.a[edge] = difference;
        found.b[other] = difference;
      }
      for (const other of others) if (!isPaired.has(other)) found.b[other] = "only";
    }
    return found;
  }

  /** Whether a step of the one run brings other numbers than its counterpart in the other. */
  differs(stepA: Step, stepB: Step): boolean {
    const [one, other] = [broughtBy(this.between.a, stepA), broughtBy(this.between.b, stepB)];
    if (one.length !== other.length) return true;
    return one.some(({ value, tensor }, i) => {
      const match = at(other, i);
      return !this.isSame(value, match.value, [tensor, match.tensor]);
    });
  }
}

function hasRun(run: Run, op: number, k: number): boolean {
  return (run.eventOfOp(op) ?? Number.POSITIVE_INFINITY) < k;
}

interface Brought {
  readonly value: number | null;
  readonly tensor: number | null;
}

/** The values that a step's events bring, in order. */
function broughtBy(run: Run, step: Step): Brought[] {
  const bare = (value: number | null): Brought => ({ value, tensor: null });
  return run.trace.events.slice(step.from, step.to).flatMap((event): Brought[] => {
    switch (event.kind) {
      case "op":
        return at(run.trace.ops, event.op).outputs.map((tensor) => ({
          value: run.valueAt(tensor, run.versionAfter(event.op, tensor)),
          tensor,
        }));
      case "vjp":
        return event.cotangents_out.map(bare);
      case "accumulate":
      case "grad_cleared":
        return [bare(event.result)];
      case "capture":
        return [bare(event.contribution)];
      default:
        return [];
    }
  });
}
