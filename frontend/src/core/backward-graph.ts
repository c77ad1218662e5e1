/**
 * PyTorch's backward graph in the place of the graph of values: each card becomes the node that records its op, each leaf
 * its AccumulateGrad, and edges are the nodes' `next_functions`. Folds, boxes and places in the program stay as they are.
 */

import { at, push } from "./lists";
import type { Run } from "./run";
import type { Card, GraphEdge, ViewGraph } from "./types";

export function backwardGraph(run: Run, values: ViewGraph): ViewGraph {
  return new Builder(run, values).build();
}

class Builder {
  private readonly cards: Card[] = [];
  private readonly cardOf = new Map<number, Card>();
  private readonly edges = new Map<string, GraphEdge>();
  private readonly waiting: number[] = [];

  constructor(
    private readonly run: Run,
    private readonly values: ViewGraph,
  ) {}

  build(): ViewGraph {
    for (const card of this.values.cards) this.adopt(card);
    this.waiting.push(...this.cardOf.keys());
    for (let node = this.waiting.pop(); node !== undefined; node = this.waiting.pop()) this.connect(node);
    return { cards: this.cards, edges: [...this.edges.values()], groups: this.groups() };
  }

  /** A folded card stays, for the nodes in it; of several cards of one node the first is the node's. */
  private adopt(card: Card): void {
    const { ops } = this.run.trace;
    if (card.fold) {
      const inside = card.ops.flatMap((op) => at(ops, op).node ?? []);
      if (!inside.length) return;
      this.cards.push(card);
      for (const node of inside) this.cardOf.set(node, card);
    } else if (card.node !== null && !this.cardOf.has(card.node)) {
      this.add(card.node, { ...card, kind: "node" });
    }
  }

  private add(node: number, card: Card): Card {
    const { name, sequence_nr } = at(this.run.trace.nodes, node);
    const made = { ...card, title: name, gradFn: sequence_nr === null ? null : String(sequence_nr) };
    this.cards.push(made);
    this.cardOf.set(node, made);
    return made;
  }

  private connect(node: number): void {
    const target = this.cardOf.get(node);
    if (!target) return;
    const byslot = new Map<number, number[]>();
    for (const [edge, slot] of this.run.trackedEdges(node)) push(byslot, slot, edge);
    at(this.run.trace.nodes, node).next_functions.forEach(([next], slot) => {
      if (next === null) return;
      const source = this.cardOf.get(next) ?? this.addHidden(next, target);
      if (source === target) return;
      const isFolded = source.fold !== null || target.fold !== null;
      const id = isFolded ? `${source.id}>${target.id}` : `n${node}:${slot}`;
      const edges = [...(this.edges.get(id)?.edges ?? []), ...(byslot.get(slot) ?? [])];
      this.edges.set(id, {
        id,
        source: source.id,
        target: target.id,
        slot: target.fold ? 0 : slot,
        kind: "tracked",
        reason: null,
        edges,
        upward: true,
      });
    });
  }

  /** A node without a card of its own, such as the CopySlices of a write through a view. */
  private addHidden(node: number, beside: Card): Card {
    this.waiting.push(node);
    const { variable, op } = at(this.run.trace.nodes, node);
    return this.add(node, {
      ...beside,
      id: `n${node}`,
      kind: "node",
      op,
      tensor: variable,
      node,
      output: 0,
      fold: null,
      ops: op === null ? [] : [op],
      name: variable === null ? "" : this.run.namesUntil(variable, this.run.trace.events.length).join(", "),
      detached: false,
      sharesWith: [],
    });
  }

  /** The boxes that still hold something, outer before inner. */
  private groups(): ViewGraph["groups"] {
    const used = new Set(this.cards.map(({ group }) => group));
    for (const { id, parent } of [...this.values.groups].reverse()) if (used.has(id)) used.add(parent);
    return this.values.groups.filter(({ id }) => used.has(id));
  }
}
