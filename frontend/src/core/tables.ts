/** What a fold keeps of a run: the state of cells, tensors, storages, nodes, edges and names, as tables. */

import type { Cell } from "../schema/trace";
import type { Table } from "./history";

export interface CellState {
  status: Cell["status"] | "running";
  /** UTF-16 units of each output written so far. */
  outputs: number[];
}

/** What may change about a tensor object; its numbers are those of its storage. */
export interface TensorState {
  requires_grad: boolean;
  is_leaf: boolean;
  grad_fn: [number, number] | null;
  grad: number | null;
}

export interface StorageState {
  version: number;
  value: number | null;
}

/** What the current backward pass (or the last one, between two) has done with an autograd node. */
export interface NodeState {
  state: "pending" | "active" | "done";
  freed: boolean;
  cotangents_in: (number | null)[];
  cotangents_out: (number | null)[];
}

/** The contributions to a node's cotangents in order of arrival, each (value, output number of the node): the first
 * `count` of a list that only grows, so that a fan-in of thousands costs no copies. */
export interface Received {
  list: [number, number][];
  count: number;
}

/** Where the run is. */
export interface Moment {
  cell: number | null;
  span: number | null;
  scope: number | null;
  /** The running backward pass, counted from 1. */
  backward: number | null;
  /** How many backward passes have begun. */
  backwards: number;
}

/** A variable: the function scope it is local to, or null, and its name. */
export type NameKey = string;

export function nameKey(scope: number | null, name: string): NameKey {
  return `${scope ?? ""}:${name}`;
}

/** The tables a fold writes to. */
export interface Tables {
  moment: Table<0, Moment>;
  cells: Table<number, CellState>;
  tensors: Table<number, TensorState>;
  storages: Table<number, StorageState>;
  names: Table<NameKey, number>;
  ops: Table<number, true>;
  nodes: Table<number, NodeState>;
  received: Table<number, Received>;
  edges: Table<number, number>;
  captured: Table<number, number>;
}

/** Makes all tables alike. */
export function makeTables<T extends Tables>(make: () => Table<never, never>): T {
  const keys = [
    "moment",
    "cells",
    "tensors",
    "storages",
    "names",
    "ops",
    "nodes",
    "received",
    "edges",
    "captured",
  ];
  return Object.fromEntries(keys.map((key) => [key, make()])) as unknown as T;
}

export const START: Moment = { cell: null, span: null, scope: null, backward: null, backwards: 0 };
export const UNTOUCHED: NodeState = { state: "pending", freed: false, cotangents_in: [], cotangents_out: [] };
