/** The whole graph as cards: every op fused with its output, leaves, `.grad` buffers that ops use; nothing folded. */

import type { Op } from "../schema/trace";
import { at, push } from "./lists";
import type { Run } from "./run";
import { titleOf } from "./titles";
import type { Card, GraphEdge } from "./types";

export interface FullGraph {
  cards: Card[];
  edges: GraphEdge[];
  byId: Map<string, Card>;
  /** The card an op is on; ops that are not drawn have none. */
  cardOfOp: Map<number, string>;
  /** The cards of a tensor in the order they came to be: an in-place op adds one. */
  cardsOfTensor: Map<number, string[]>;
  /** The scope each card was made in; null at a cell's top level. */
  scopeOf: Map<string, number | null>;
}

const graphs = new WeakMap<Run, FullGraph>();

/** Made once for a run. */
export function fullGraph(run: Run): FullGraph {
  const known = graphs.get(run);
  if (known) return known;
  const graph = new Builder(run).build();
  graphs.set(run, graph);
  return graph;
}

class Builder {
  private readonly graph: FullGraph = {
    cards: [],
    edges: [],
    byId: new Map(),
    cardOfOp: new Map(),
    cardsOfTensor: new Map(),
    scopeOf: new Map(),
  };
  private readonly storageMates = new Map<number, number[]>();
  /** The tensors that any op takes, or a backward pass begins at. */
  private readonly taken = new Set<number>();

  constructor(private readonly run: Run) {
    run.trace.tensors.forEach(({ storage }, tensor) => {
      push(this.storageMates, storage, tensor);
    });
    for (const { inputs } of run.trace.ops)
      for (const { tensor } of inputs) if (tensor !== null) this.taken.add(tensor);
    for (const event of run.trace.events)
      if (event.kind === "backward_begin") for (const root of event.roots) this.taken.add(root);
  }

  build(): FullGraph {
    this.run.trace.ops.forEach((op, index) => {
      if (this.run.eventOfOp(index) !== null) this.addOp(op, index);
    });
    return this.graph;
  }

  private addOp(op: Op, index: number): void {
    if (this.clearsGradient(op) || this.isTestOf(op, index) || this.fills(op, index)) return;
    const [first, ...more] = op.outputs;
    const single = first !== undefined && (op.in_place || more.every((each) => this.isHelper(each, first)));
    const id = `o${index}`;
    const links = this.links(op, index, id);
    const isCreation = op.category === "creation" && links.length === 0;
    const card = this.add(id, single ? first : null, {
      kind: first === undefined ? "exit" : isCreation && single ? "leaf" : "op",
      op: index,
      node: op.node ?? (single ? this.run.accumulateNode(first) : null),
      title: titleOf(op, op.span === null ? "" : this.run.source(op.span)),
      gradFn: op.node === null ? null : at(this.run.trace.nodes, op.node).name,
      detached: op.node === null && links.some(({ kind }) => kind === "detached"),
      ops: [index],
      cell: op.span === null ? null : at(this.run.trace.spans, op.span).cell,
      born: (this.run.eventOfOp(index) ?? 0) + 1,
    });
    this.graph.scopeOf.set(id, op.scope);
    this.graph.cardOfOp.set(index, id);
    this.graph.edges.push(...links);
    // Writing to a view writes to its base too: from here on this is the base's card as well.
    if (op.in_place) for (const base of more) push(this.graph.cardsOfTensor, base, id);
    if (!single)
      for (const [number, output] of op.outputs.entries()) this.addOutput(card, op, output, number);
  }

  /** A further output that nothing names and nothing takes, beside a first one that something does: only the op's own VJP
   * needs it. */
  private isHelper(tensor: number, first: number): boolean {
    const isOfUse = (each: number) =>
      this.taken.has(each) || this.run.namesUntil(each, this.run.trace.events.length).length > 0;
    return isOfUse(first) && !isOfUse(tensor);
  }

  /** One of several outputs of an op. */
  private addOutput(from: Card, op: Op, tensor: number, number: number): void {
    const id = `t${tensor}`;
    const { kind, ops, cell, born, gradFn, node } = { ...from, kind: "output" as const };
    this.add(id, tensor, {
      kind,
      op: from.op,
      node,
      output: number,
      title: `[${number}]`,
      gradFn,
      ops,
      cell,
      born,
    });
    this.graph.scopeOf.set(id, op.scope);
    const tracked = op.node !== null && at(this.run.trace.tensors, tensor).requires_grad;
    this.graph.edges.push({
      id: `u${tensor}`,
      source: from.id,
      target: id,
      slot: 0,
      kind: tracked ? "tracked" : "constant",
      reason: tracked ? null : "not_differentiable",
      edges: [],
    });
  }

  /** The edges into an op's card; a Python number stands in the card's title instead. */
  private links(op: Op, index: number, target: string): GraphEdge[] {
    return this.run.edgesOf(index).flatMap((edge) => {
      const { slot, kind, reason } = at(this.run.trace.edges, edge);
      const tensor = op.inputs[slot]?.tensor ?? null;
      if (tensor === null) return [];
      const known = this.graph.cardsOfTensor.get(tensor)?.at(-1);
      // A buffer that is only made to be written says nothing before.
      if (known === undefined && op.outputs.includes(tensor)) return [];
      const source = known ?? this.addUnmade(tensor);
      return [{ id: `e${edge}`, source, target, slot, kind, reason, edges: [edge] }];
    });
  }

  /** A tensor that no op made: a `.grad`, or what `autograd.grad` gave. */
  private addUnmade(tensor: number): string {
    const [made] = this.run.touches(tensor);
    const born = (made ?? 0) + 1;
    return this.add(`t${tensor}`, tensor, { kind: "gradient", title: "grad", born }).id;
  }

  private add(id: string, tensor: number | null, own: Partial<Card>): Card {
    const made = tensor === null ? null : at(this.run.trace.tensors, tensor);
    const end = this.run.trace.events.length;
    const card: Card = {
      id,
      kind: "op",
      op: null,
      tensor,
      node: null,
      output: 0,
      group: null,
      title: "",
      gradFn: null,
      name: tensor === null ? "" : this.run.namesUntil(tensor, end).join(", "),
      shape: made?.shape ?? [],
      dtype: made?.dtype ?? "",
      requiresGrad: tensor !== null && (this.run.tensorAt(tensor, end)?.requires_grad ?? false),
      detached: false,
      sharesWith: tensor === null ? [] : this.matesOf(tensor),
      ops: [],
      cell: null,
      born: 0,
      fold: null,
      ...own,
    };
    this.graph.cards.push(card);
    this.graph.byId.set(id, card);
    this.graph.scopeOf.set(id, null);
    if (tensor !== null) push(this.graph.cardsOfTensor, tensor, id);
    return card;
  }

  private matesOf(tensor: number): string[] {
    const end = this.run.trace.events.length;
    const mates = this.storageMates.get(at(this.run.trace.tensors, tensor).storage) ?? [];
    const names = mates
      .filter((mate) => mate !== tensor)
      .flatMap((mate) => this.run.namesUntil(mate, end).slice(0, 1));
    return [...new Set(names)].slice(0, 3);
  }

  /** `x.grad.zero_()`: the ledger and the leaf's card tell it. */
  private clearsGradient(op: Op): boolean {
    const [written] = op.outputs;
    const isGradient = written !== undefined && this.run.gradientOf(written) !== null;
    return (
      isGradient && op.in_place && op.inputs.every(({ tensor }) => tensor === null || tensor === written)
    );
  }

  /** A parameter's memory and its first numbers are the parameter's own card, as long as nothing has used it. */
  private fills(op: Op, index: number): boolean {
    const [made, ...more] = op.outputs;
    if (made === undefined || more.length || op.node !== null) return false;
    const source = op.inputs[0]?.tensor ?? null;
    const id = source === null ? undefined : this.graph.cardsOfTensor.get(source)?.at(-1);
    const card = id === undefined ? undefined : this.graph.byId.get(id);
    if (card?.kind !== "leaf" || this.graph.edges.some((edge) => edge.source === card.id)) return false;
    if (
      op.in_place
        ? op.inputs.some(({ tensor }) => tensor !== null && tensor !== made)
        : op.name !== "Parameter"
    )
      return false;
    if (!op.in_place) this.turnInto(card, made);
    card.ops.push(index);
    this.graph.cardOfOp.set(index, card.id);
    return true;
  }

  /** `Parameter(empty(...))`: from here on the card is the parameter's. */
  private turnInto(card: Card, parameter: number): void {
    const { shape, dtype, requires_grad } = at(this.run.trace.tensors, parameter);
    const end = this.run.trace.events.length;
    card.tensor = parameter;
    card.name = this.run.namesUntil(parameter, end).join(", ");
    card.node = this.run.accumulateNode(parameter);
    card.requiresGrad = this.run.tensorAt(parameter, end)?.requires_grad ?? requires_grad;
    Object.assign(card, { shape, dtype });
    push(this.graph.cardsOfTensor, parameter, card.id);
  }

  /** `bool()` of an op's result: said on the card of that op, which is what was tested. */
  private isTestOf(op: Op, index: number): boolean {
    const tensor = op.inputs[0]?.tensor ?? null;
    if (op.name !== "bool" || op.outputs.length || tensor === null) return false;
    const id = this.graph.cardsOfTensor.get(tensor)?.at(-1);
    const card = id === undefined ? undefined : this.graph.byId.get(id);
    if (card?.kind !== "op" || id === undefined) return false;
    card.ops.push(index);
    this.graph.cardOfOp.set(index, id);
    return true;
  }
}
