/**
 * The fold: takes in events one by one and writes what they change to tables.
 *
 * `gradwalk.document.fold` is the same reader in Python. The tables (history.ts) decide whether the past is kept, so the same
 * code makes one frame or the whole history of every entity.
 */

import type { Event, Op, Trace, Value } from "../schema/trace";
import { at, push } from "./lists";
import {
  type CellState,
  type Moment,
  type NodeState,
  nameKey,
  START,
  type StorageState,
  type Tables,
  type TensorState,
  UNTOUCHED,
} from "./tables";

/** Takes in events one by one. */
export class Fold {
  private readonly firstValues: Map<number, StorageState>;
  private readonly tracked: Map<number, [edge: number, slot: number][]>;
  private active: number | null = null;
  /** The nodes that the pass under way, or the last one, has been at. */
  private readonly worked = new Set<number>();
  /** The backward passes under way: a hook may call `backward()` inside one. */
  private readonly running: number[] = [];

  constructor(
    private readonly trace: Trace,
    private readonly tables: Tables,
  ) {
    this.firstValues = firstValues(trace);
    this.tracked = trackedEdges(trace);
  }

  apply(event: Event): void {
    const { names, captured, storages } = this.tables;
    switch (event.kind) {
      case "cell_begin":
        this.move({ cell: event.cell, span: null, scope: null });
        this.setCell(event.cell, { status: "running" });
        break;
      case "cell_end":
        this.move({ cell: null, span: null, scope: null });
        this.setCell(event.cell, { status: event.status });
        break;
      case "line":
      case "branch":
        this.move({ span: event.span, scope: event.scope });
        break;
      case "error":
        if (event.span !== null) this.move({ span: event.span });
        break;
      case "op":
        this.op(event.op);
        break;
      case "bind":
        if (event.tensor !== null) this.touch(event.tensor);
        names.set(nameKey(event.scope, event.name), event.tensor ?? undefined);
        break;
      case "write":
        storages.set(event.storage, { version: event.version, value: event.value });
        break;
      case "requires_grad":
        this.setTensor(event.tensor, { requires_grad: event.value });
        break;
      case "output": {
        const outputs = [...(this.tables.cells.get(event.cell)?.outputs ?? [])];
        while (outputs.length <= event.output) outputs.push(0);
        outputs[event.output] = event.length;
        this.setCell(event.cell, { outputs });
        break;
      }
      case "backward_begin":
        this.beginBackward(event);
        break;
      case "vjp":
        this.vjp(event);
        break;
      case "accumulate":
        this.activate(event.node, [event.contribution], []);
        this.setGrad(event.tensor, event.grad, event.result);
        break;
      case "capture":
        this.touch(event.tensor);
        captured.set(event.tensor, event.contribution);
        break;
      case "free":
        this.setNode(event.node, { freed: true });
        break;
      case "backward_end":
        this.finishActive();
        this.running.pop();
        this.move({ backward: this.running.at(-1) ?? null });
        break;
      case "grad_cleared":
        if (event.grad === null || event.result === null) this.setTensor(event.tensor, { grad: null });
        else this.setGrad(event.tensor, event.grad, event.result);
        break;
      case "warning":
      case "gap": // What ran there did nothing to any tensor.
        break;
    }
  }

  private move(to: Partial<Moment>): void {
    this.tables.moment.set(0, { ...(this.tables.moment.get(0) ?? START), ...to });
  }

  private setCell(cell: number, change: Partial<CellState>): void {
    const old = this.tables.cells.get(cell) ?? { status: "not_run", outputs: [] };
    this.tables.cells.set(cell, { ...old, ...change });
  }

  // -- tensors --

  private op(index: number): void {
    const op = at(this.trace.ops, index);
    this.tables.ops.set(index, true);
    if (op.span !== null) this.move({ span: op.span, scope: op.scope });
    for (const { tensor } of op.inputs) if (tensor !== null) this.touch(tensor);
    for (const output of op.outputs) this.touch(output);
    if (op.node !== null) {
      this.touchNode(op.node);
      for (const [node] of at(this.trace.nodes, op.node).next_functions)
        if (node !== null) this.touchNode(node);
    }
    if (op.in_place) this.rebase(op);
  }

  /** An in-place op gives the tensor it wrote a new history; `detach_` takes its history away. */
  private rebase(op: Op): void {
    for (const output of op.outputs) {
      if (op.node !== null)
        this.setTensor(output, { requires_grad: true, is_leaf: false, grad_fn: [op.node, 0] });
      else if (op.name === "detach_")
        this.setTensor(output, { requires_grad: false, is_leaf: true, grad_fn: null });
    }
  }

  /** A tensor is mentioned; the first time, it is as it was made. */
  private touch(tensor: number): TensorState {
    const known = this.tables.tensors.get(tensor);
    if (known) return known;
    const { requires_grad, is_leaf, grad_fn, storage } = at(this.trace.tensors, tensor);
    const state = { requires_grad, is_leaf, grad_fn, grad: null };
    this.tables.tensors.set(tensor, state);
    if (!this.tables.storages.get(storage))
      this.tables.storages.set(storage, this.firstValues.get(storage) ?? { version: 0, value: null });
    return state;
  }

  private setTensor(tensor: number, change: Partial<TensorState>): void {
    this.tables.tensors.set(tensor, { ...this.touch(tensor), ...change });
  }

  private setGrad(tensor: number, grad: number, value: number): void {
    this.setTensor(tensor, { grad });
    this.touch(grad);
    const { storage } = at(this.trace.tensors, grad);
    const version = at(this.trace.values, value).version ?? this.tables.storages.get(storage)?.version ?? 0;
    this.tables.storages.set(storage, { version, value });
  }

  // -- backward --

  private beginBackward(event: Extract<Event, { kind: "backward_begin" }>): void {
    this.finishActive();
    if (!this.running.length) this.forgetLastPass();
    const backwards = (this.tables.moment.get(0)?.backwards ?? 0) + 1;
    this.running.push(backwards);
    this.move({ backward: backwards, backwards });
    event.roots.forEach((root, i) => {
      const { grad_fn } = this.touch(root);
      const gradient = event.gradients[i];
      if (grad_fn && gradient !== undefined) this.receive(grad_fn[0], gradient, grad_fn[1]);
    });
  }

  /** A pass begins with a clean slate, unless it runs inside another. */
  private forgetLastPass(): void {
    const { edges, received, nodes } = this.tables;
    for (const [edge] of [...edges.entries()]) edges.set(edge, undefined);
    for (const [node] of [...received.entries()]) received.set(node, undefined);
    for (const node of this.worked) nodes.set(node, { ...UNTOUCHED, freed: nodes.get(node)?.freed ?? false });
    this.worked.clear();
  }

  private vjp(event: Extract<Event, { kind: "vjp" }>): void {
    this.activate(event.node, event.cotangents_in, event.cotangents_out);
    at(this.trace.nodes, event.node).next_functions.forEach(([target, number], slot) => {
      const value = event.cotangents_out[slot] ?? null;
      if (target !== null && value !== null) this.receive(target, value, number);
    });
    for (const [edge, slot] of this.tracked.get(event.node) ?? []) {
      const value = event.cotangents_out[slot] ?? null;
      if (value !== null) this.tables.edges.set(edge, value);
    }
  }

  private touchNode(node: number): NodeState {
    const known = this.tables.nodes.get(node);
    if (!known) this.tables.nodes.set(node, UNTOUCHED);
    return known ?? UNTOUCHED;
  }

  private setNode(node: number, change: Partial<NodeState>): void {
    this.tables.nodes.set(node, { ...this.touchNode(node), ...change });
  }

  private receive(node: number, value: number, number: number): void {
    this.touchNode(node);
    const { list, count } = this.tables.received.get(node) ?? { list: [], count: 0 };
    list.push([value, number]);
    this.tables.received.set(node, { list, count: count + 1 });
  }

  /** The node is the one at work; the one before it is done. */
  private activate(node: number, cotangents_in: (number | null)[], cotangents_out: (number | null)[]): void {
    this.finishActive();
    this.active = node;
    this.worked.add(node);
    this.setNode(node, { state: "active", cotangents_in, cotangents_out });
  }

  private finishActive(): void {
    if (this.active !== null) this.setNode(this.active, { state: "done" });
    this.active = null;
  }
}

/** By storage, the earliest version whose numbers the trace holds. */
function firstValues(trace: Trace): Map<number, StorageState> {
  const first = new Map<number, StorageState>();
  trace.values.forEach(({ storage, version }: Value, value) => {
    if (storage === null || version === null) return;
    const known = first.get(storage);
    if (!known || version < known.version) first.set(storage, { version, value });
  });
  return first;
}

/**
 * By node, the edges along which its cotangents go and the slots of next_functions they belong to.
 *
 * next_functions has a slot for each differentiable argument only, so the n-th tracked edge of an op, in order of its
 * operands, belongs to the n-th slot that leads anywhere.
 */
export function trackedEdges(trace: Trace): Map<number, [edge: number, slot: number][]> {
  const byOp = new Map<number, { edge: number; slot: number }[]>();
  trace.edges.forEach(({ op, slot, kind }, edge) => {
    if (kind === "tracked") push(byOp, op, { edge, slot });
  });
  const pairs = new Map<number, [number, number][]>();
  for (const [op, edges] of byOp) {
    const { node } = at(trace.ops, op);
    if (node === null) continue;
    const slots = at(trace.nodes, node).next_functions.flatMap(([target], slot) =>
      target === null ? [] : [slot],
    );
    edges.sort((a, b) => a.slot - b.slot || a.edge - b.edge);
    const zipped = edges.slice(0, slots.length).map(({ edge }, i): [number, number] => [edge, at(slots, i)]);
    pairs.set(node, zipped);
  }
  return pairs;
}
