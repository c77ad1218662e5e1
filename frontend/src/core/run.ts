/** A trace with its indices: what a view asks about a moment is a look-up here. Made once for each trace. */

import type { Event, Trace } from "../schema/trace";
import { Fold, trackedEdges } from "./fold";
import { History, type Table } from "./history";
import { at, countBelow, push } from "./lists";
import {
  type CellState,
  type Moment,
  makeTables,
  type NodeState,
  type Received,
  START,
  type StorageState,
  type Tables,
  type TensorState,
} from "./tables";
import { findValues, type Numbers, numbersOf } from "./values";

type Histories = {
  [K in keyof Tables]: Tables[K] extends Table<infer Key, infer Value> ? History<Key, Value> : never;
};

/** Scope null is the globals'. */
interface Variable {
  readonly scope: number | null;
  readonly name: string;
  readonly tensor: number;
}

const NOT_RUN: CellState = { status: "not_run", outputs: [] };

export class Run {
  private readonly past: Histories;
  private readonly values: Map<string, number>;
  private readonly bindings = new Map<number, { event: number; name: string }[]>();
  private readonly edgesByOp = new Map<number, number[]>();
  private readonly tracked: Map<number, [edge: number, slot: number][]>;
  /** The tensor whose `.grad` a tensor is or was. */
  private readonly leafOfGrad = new Map<number, number>();
  private readonly paths = new Map<number, readonly number[]>();
  private readonly lines = new Map<number, readonly string[]>();
  private readonly madeByNode = new Map<number, number>();
  private readonly gradientNodes = new Map<number, number>();
  private readonly eventsOfOp = new Map<number, number>();
  /** The variables of the last moment that was asked about: a step asks about all of its tensors. */
  private lastVariables: { k: number; variables: readonly Variable[] } | null = null;
  /** The events that began backward passes; the first began pass 1. */
  readonly backwards: number[] = [];
  /** The last of them by the span that called for it. */
  readonly passesByCode = new Map<number | null, number>();

  constructor(readonly trace: Trace) {
    let clock = 0;
    this.past = makeTables<Histories>(() => new History(() => clock));
    const fold = new Fold(trace, this.past);
    for (const event of trace.events) {
      this.index(event, clock);
      fold.apply(event);
      clock++;
    }
    this.values = findValues(trace);
    this.tracked = trackedEdges(trace);
    trace.edges.forEach(({ op }, edge) => {
      push(this.edgesByOp, op, edge);
    });
    for (const edges of this.edgesByOp.values())
      edges.sort((a, b) => at(trace.edges, a).slot - at(trace.edges, b).slot);
    trace.tensors.forEach(({ grad_fn }, tensor) => {
      if (grad_fn && !this.madeByNode.has(grad_fn[0])) this.madeByNode.set(grad_fn[0], tensor);
    });
    trace.nodes.forEach(({ variable }, node) => {
      if (variable !== null) this.gradientNodes.set(variable, node);
    });
  }

  private index(event: Event, clock: number): void {
    if (event.kind === "op") this.eventsOfOp.set(event.op, clock);
    else if (event.kind === "accumulate") this.leafOfGrad.set(event.grad, event.tensor);
    else if (event.kind === "backward_begin") {
      this.backwards.push(clock);
      this.passesByCode.set(event.span, clock);
    } else if (event.kind === "bind" && event.tensor !== null) {
      const known = this.bindings.get(event.tensor);
      if (!known?.some(({ name }) => name === event.name))
        push(this.bindings, event.tensor, { event: clock, name: event.name });
    }
  }

  // -- the state after k events --

  moment(k: number): Moment {
    return this.past.moment.after(0, k) ?? START;
  }

  cellAt(cell: number, k: number): CellState {
    return this.past.cells.after(cell, k) ?? NOT_RUN;
  }

  /** Undefined before the tensor exists. */
  tensorAt(tensor: number, k: number): TensorState | undefined {
    return this.past.tensors.after(tensor, k);
  }

  storageAt(storage: number, k: number): StorageState | undefined {
    return this.past.storages.after(storage, k);
  }

  nodeAt(node: number, k: number): NodeState | undefined {
    return this.past.nodes.after(node, k);
  }

  /** The contributions to a node's cotangents so far in this backward pass: (value, output number). */
  receivedAt(node: number, k: number): [number, number][] {
    const received: Received | undefined = this.past.received.after(node, k);
    return received ? received.list.slice(0, received.count) : [];
  }

  /** The cotangent that went back along an edge in the last backward pass. */
  edgeAt(edge: number, k: number): number | null {
    return this.past.edges.after(edge, k) ?? null;
  }

  /** The cotangent of a node's output in the last pass that reached it, of which k may know nothing any more. */
  cotangentBefore(node: number, output: number, k: number): { value: number; backward: number } | null {
    const changes = this.past.nodes.changes(node);
    for (let i = countBelow(changes, k) - 1; i >= 0; i--) {
      const event = at(changes, i);
      const value = this.nodeAt(node, event + 1)?.cotangents_in[output] ?? null;
      if (value !== null) return { value, backward: this.backwardOf(event) };
    }
    return null;
  }

  capturedAt(tensor: number, k: number): number | null {
    return this.past.captured.after(tensor, k) ?? null;
  }

  /** A tensor's `.grad`: the tensor that it is and the value it holds; null for None. */
  gradAt(tensor: number, k: number): { grad: number; value: number | null } | null {
    const grad = this.tensorAt(tensor, k)?.grad ?? null;
    if (grad === null) return null;
    return { grad, value: this.storageAt(at(this.trace.tensors, grad).storage, k)?.value ?? null };
  }

  /** A tensor's `.grad` before the accumulation at an event, and before the write that leads in to it. */
  gradBefore(tensor: number, event: number): { grad: number; value: number | null } | null {
    return this.gradAt(tensor, this.trace.events[event - 1]?.kind === "write" ? event - 1 : event);
  }

  /** The variables in sight that name a tensor after k events, a function's own first; `x.grad` for a gradient. */
  namesAt(tensor: number, k: number): string[] {
    const inSight = new Set(this.scopePath(this.moment(k).scope));
    const variables = this.variablesAt(k).filter((variable) => variable.tensor === tensor);
    const local = variables.filter(({ scope }) => scope !== null && inSight.has(scope));
    const global = variables.filter(({ scope }) => scope === null);
    const leaf = this.gradientOf(tensor);
    const gradients = leaf === null ? [] : this.namesAt(leaf, k).map((name) => `${name}.grad`);
    return [...new Set([...local.map(({ name }) => name), ...global.map(({ name }) => name), ...gradients])];
  }

  /** Every name a tensor was given in the first k events, in order: what a card says, though `b` may have moved on. */
  namesUntil(tensor: number, k: number): string[] {
    const names = (this.bindings.get(tensor) ?? []).filter(({ event }) => event < k).map(({ name }) => name);
    const leaf = this.gradientOf(tensor);
    if (names.length || leaf === null) return names;
    return this.namesUntil(leaf, k).map((name) => `${name}.grad`);
  }

  /** What a tensor is in a module: a name that it has once the module has one. */
  memberOf(tensor: number): string | undefined {
    return this.bindings.get(tensor)?.find(({ name }) => name.includes("."))?.name;
  }

  /** The variables that name anything after k events: scope null are globals. */
  variablesAt(k: number): readonly Variable[] {
    if (this.lastVariables?.k === k) return this.lastVariables.variables;
    const variables: Variable[] = [];
    for (const key of this.past.names.keys()) {
      const tensor = this.past.names.after(key, k);
      const colon = key.indexOf(":");
      const scope = colon ? Number(key.slice(0, colon)) : null;
      if (tensor !== undefined) variables.push({ scope, name: key.slice(colon + 1), tensor });
    }
    this.lastVariables = { k, variables };
    return variables;
  }

  // -- what does not change --

  /** The position in `trace.values` of a tensor's numbers at a storage version; null if the trace lacks it. */
  valueAt(tensor: number, version: number): number | null {
    return this.values.get(`${at(this.trace.tensors, tensor).storage}:${version}`) ?? null;
  }

  /** A tensor's numbers at a storage version. */
  numbers(tensor: number, version: number): Numbers | null {
    const value = this.valueAt(tensor, version);
    return value === null ? null : numbersOf(this.trace, value, tensor);
  }

  /** The version of a storage that an op left its output at. */
  versionAfter(op: number, output: number): number {
    const { in_place, inputs } = at(this.trace.ops, op);
    const written = inputs.find(({ tensor }) => tensor === output);
    if (in_place && written?.version != null) {
      const next = written.version + 1;
      return this.valueAt(output, next) === null ? written.version : next;
    }
    const event = this.eventOfOp(op);
    const { storage } = at(this.trace.tensors, output);
    return event === null ? 0 : (this.storageAt(storage, event + 1)?.version ?? 0);
  }

  /** The event at which an op ran; null if the trace was cut before it. */
  eventOfOp(op: number): number | null {
    return this.eventsOfOp.get(op) ?? null;
  }

  /** An op's edges in the order of its operands. */
  edgesOf(op: number): readonly number[] {
    return this.edgesByOp.get(op) ?? [];
  }

  /** The edges along which a node's cotangents go back, each with its slot of next_functions. */
  trackedEdges(node: number): readonly [edge: number, slot: number][] {
    return this.tracked.get(node) ?? [];
  }

  /** The tensor whose gradient comes into a node: its leaf, or what its op gave. */
  tensorOfNode(node: number): number | null {
    const { variable, op, name } = at(this.trace.nodes, node);
    const outputs = op === null ? [] : at(this.trace.ops, op).outputs;
    // CopySlices is the history of the base that was written through a view; the base comes last.
    const output = outputs.at(name === "CopySlices" ? -1 : 0);
    return variable ?? output ?? this.madeByNode.get(node) ?? null;
  }

  /** The AccumulateGrad node of a leaf. */
  accumulateNode(tensor: number): number | null {
    return this.gradientNodes.get(tensor) ?? null;
  }

  /** The leaf whose `.grad` a tensor is. With create_graph, a tensor becomes one only after it was made. */
  gradientOf(tensor: number): number | null {
    return at(this.trace.tensors, tensor).gradient_of ?? this.leafOfGrad.get(tensor) ?? null;
  }

  /** The events that changed a tensor's own state or its `.grad`, or the numbers it shows, ascending. */
  touches(tensor: number): number[] {
    const { storage } = at(this.trace.tensors, tensor);
    const events = [...this.past.tensors.changes(tensor), ...this.past.storages.changes(storage)];
    return [...new Set(events)].sort((a, b) => a - b);
  }

  /** Which backward pass has begun by the event (inclusive), from 1; 0 before the first. */
  backwardOf(event: number): number {
    return countBelow(this.backwards, event + 1);
  }

  /** The source text of a span. */
  source(span: number): string {
    const { cell, line, column, end_line, end_column } = at(this.trace.spans, span);
    const lines = this.linesOf(cell).slice(line - 1, end_line);
    const last = lines.length - 1;
    return lines
      .map((text, i) => text.slice(i === 0 ? column : 0, i === last ? end_column : undefined))
      .join("\n");
  }

  private linesOf(cell: number): readonly string[] {
    const known = this.lines.get(cell);
    if (known) return known;
    const lines = at(this.trace.cells, cell).source.split("\n");
    this.lines.set(cell, lines);
    return lines;
  }

  /** The scopes around a scope, outermost first, itself last. */
  scopePath(scope: number | null): readonly number[] {
    if (scope === null) return [];
    const known = this.paths.get(scope);
    if (known) return known;
    const path = [...this.scopePath(at(this.trace.scopes, scope).parent), scope];
    this.paths.set(scope, path);
    return path;
  }
}

export function openRun(trace: Trace): Run {
  return new Run(trace);
}
