/**
 * The state of a run after its first k events, as plain JSON: a pure fold of `events[:k]`.
 *
 * `tests/golden/*.frames.json` holds what this and `gradwalk.document.fold` must both give.
 */

import type { Trace } from "../schema/trace";
import { Fold } from "./fold";
import { Present } from "./history";
import { at } from "./lists";
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

export interface Frame extends Moment {
  at: number;
  cells: CellState[];
  tensors: Record<number, TensorState>;
  storages: Record<number, StorageState>;
  globals: Record<string, number>;
  locals: Record<number, Record<string, number>>;
  ops: number[];
  nodes: Record<number, NodeState & { received: Received["list"] }>;
  /** Edge to the cotangent that went back along it. */
  edges: Record<number, number>;
  /** Tensor to the value of its .grad. */
  grads: Record<number, number | null>;
  /** Tensor to the gradient that was taken out or retained. */
  captured: Record<number, number>;
}

export function frameAt(trace: Trace, k: number): Frame {
  const tables = makeTables<Tables>(() => new Present());
  const fold = new Fold(trace, tables);
  for (const event of trace.events.slice(0, k)) fold.apply(event);
  const named = [...tables.names.entries()].map(([key, tensor]) => {
    const colon = key.indexOf(":");
    return { scope: key.slice(0, colon), name: key.slice(colon + 1), tensor };
  });
  const locals: Record<string, Record<string, number>> = {};
  for (const { scope, name, tensor } of named) {
    if (scope) locals[scope] = { ...locals[scope], [name]: tensor };
  }
  const grads: Record<number, number | null> = {};
  for (const [tensor, { grad }] of tables.tensors.entries()) {
    if (grad !== null) grads[tensor] = tables.storages.get(at(trace.tensors, grad).storage)?.value ?? null;
  }
  return {
    at: Math.min(k, trace.events.length),
    ...(tables.moment.get(0) ?? START),
    cells: trace.cells.map((_, cell) => tables.cells.get(cell) ?? { status: "not_run", outputs: [] }),
    tensors: Object.fromEntries(tables.tensors.entries()),
    storages: Object.fromEntries(tables.storages.entries()),
    globals: Object.fromEntries(
      named.filter(({ scope }) => !scope).map(({ name, tensor }) => [name, tensor]),
    ),
    locals,
    ops: [...tables.ops.entries()].map(([op]) => op),
    nodes: Object.fromEntries(
      [...tables.nodes.entries()].map(([node, state]) => {
        const { list, count } = tables.received.get(node) ?? { list: [], count: 0 };
        return [node, { ...state, received: list.slice(0, count) }];
      }),
    ),
    edges: Object.fromEntries(tables.edges.entries()),
    grads,
    captured: Object.fromEntries(tables.captured.entries()),
  };
}
