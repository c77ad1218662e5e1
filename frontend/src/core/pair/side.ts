/** What one of two runs shows of a card after a row, and at which rows that can change. */

import { fullGraph } from "../cards";
import { at, countBelow, push } from "../lists";
import type { Run } from "../run";
import { versionBefore } from "../state";
import type { Card } from "../types";
import { gradientsByLeaf } from "./counterparts";
import type { Both, Walk } from "./walk";

export class Side {
  private readonly run: Run;
  private readonly grads: ReadonlyMap<number, number[]>;
  /** By tensor, the events that may change whether it requires a gradient. */
  private readonly tracks = new Map<number, number[]>();
  /** By tensor, the events that bring or take its gradient. */
  private readonly gradients = new Map<number, number[]>();
  /** By node, the events at which a cotangent comes to it. */
  private readonly arrivals = new Map<number, number[]>();

  constructor(
    private readonly walk: Walk,
    private readonly id: keyof Both<unknown>,
  ) {
    this.run = walk.runs[id];
    this.grads = gradientsByLeaf(this.run);
    for (const [index, event] of this.run.trace.events.entries()) {
      if (event.kind === "requires_grad") push(this.tracks, event.tensor, index);
      else if (event.kind === "op") {
        const { in_place, outputs } = at(this.run.trace.ops, event.op);
        if (in_place) for (const output of outputs) push(this.tracks, output, index);
      } else if (event.kind === "vjp") push(this.arrivals, event.node, index);
      else if (event.kind === "capture" || event.kind === "grad_cleared")
        push(this.gradients, event.tensor, index);
      else if (event.kind === "accumulate") {
        push(this.arrivals, event.node, index);
        push(this.gradients, event.tensor, index);
      }
    }
  }

  private rows(events: readonly number[] = []): number[] {
    return events.map((event) => this.walk.rowOf(this.id, event));
  }

  private done(row: number): number {
    return this.walk.done(this.id, row);
  }

  /** From when on a card is there. */
  born(card: Card): number {
    return this.walk.rowOf(this.id, card.born - 1);
  }

  /** The next card of the same tensor, which an in-place op made. */
  private next(card: Card): Card | undefined {
    const { cardsOfTensor, byId } = fullGraph(this.run);
    const cards = cardsOfTensor.get(card.tensor ?? -1) ?? [];
    return cards.length > 1 ? byId.get(cards[cards.indexOf(card.id) + 1] ?? "") : undefined;
  }

  /** From when on a card shows what was overwritten; never for most. */
  end(card: Card): number {
    const next = this.next(card);
    return next ? this.born(next) : Number.POSITIVE_INFINITY;
  }

  /** Tensors with the same show the same numbers at all times. */
  viewOf(tensor: number): string {
    const { storage, shape, strides, offset, dtype } = at(this.run.trace.tensors, tensor);
    return `${storage} ${shape} ${strides} ${offset} ${dtype}`;
  }

  /** Where a tensor's numbers may become others. */
  touches(tensor: number): number[] {
    return this.rows(this.run.touches(tensor));
  }

  /** The numbers that are in a tensor, as a position in `trace.values`. */
  value(tensor: number, row: number): number | null {
    const { storage } = at(this.run.trace.tensors, tensor);
    return this.run.storageAt(storage, this.done(row))?.value ?? null;
  }

  /** The numbers that a card of a tensor shows, though they may have been overwritten. */
  shown(card: Card, tensor: number, row: number): number | null {
    const next = this.next(card);
    const version = next && this.born(next) <= row ? versionBefore(this.run, tensor, next) : null;
    return version === null ? this.value(tensor, row) : this.run.valueAt(tensor, version);
  }

  trackings(tensor: number): number[] {
    return [0, ...this.rows(this.tracks.get(tensor))];
  }

  isTracked(tensor: number, row: number): boolean {
    const { requires_grad } = at(this.run.trace.tensors, tensor);
    return this.run.tensorAt(tensor, this.done(row))?.requires_grad ?? requires_grad;
  }

  gradientTouches(tensor: number | null): number[] {
    if (tensor === null) return [];
    const grads = this.grads.get(tensor) ?? [];
    return [...this.rows(this.gradients.get(tensor)), ...grads.flatMap((grad) => this.touches(grad))];
  }

  /** What is or was captured as a tensor's gradient. */
  gradient(tensor: number | null, row: number): number | null {
    if (tensor === null) return null;
    const k = this.done(row);
    return this.run.gradAt(tensor, k)?.value ?? this.run.capturedAt(tensor, k);
  }

  /** Where a node's cotangent may become another: it comes, and the next pass begins with none. */
  turns(node: number | null): number[] {
    const { backwards } = this.run;
    const events = this.arrivals.get(node ?? -1) ?? [];
    return this.rows(
      events.flatMap((event) => [event, backwards[countBelow(backwards, event + 1)] ?? event]),
    );
  }

  cotangent({ node, output }: Card, row: number): number | null {
    if (node === null) return null;
    return this.run.nodeAt(node, this.done(row))?.cotangents_in[output] ?? null;
  }

  isLeafNode(node: number | null): boolean {
    return node !== null && at(this.run.trace.nodes, node).variable !== null;
  }
}
