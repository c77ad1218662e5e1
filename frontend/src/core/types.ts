/** The words that core, layout and views share: steps, cards, edges, groups, their states, sentences. */

import type { Edge, Event, Scope } from "../schema/trace";
import type { SentenceKey } from "./sentences.en";

export type Direction = "forward" | "backward";
export type Granularity = "line" | "op" | "vjp";
export type EdgeKind = Edge["kind"];
export type Reason = NonNullable<Edge["reason"]>;

/** What a step is about; the first event that matters in it, except that a line stepped over whole is a `line`. */
export type StepKind =
  | Exclude<Event["kind"], "cell_begin" | "cell_end" | "write" | "free" | "backward_end" | "capture">
  | "backward"
  | "capture";

/** One move of the player: the events `[from, to)`. The picture shows the state after them. */
export interface Step {
  from: number;
  to: number;
  kind: StepKind;
  direction: Direction;
  /** What to light in the source: a sub-expression by op, a statement by line. */
  span: number | null;
  scope: number | null;
  cell: number | null;
  /** Which backward pass this belongs to, from 1; null in the forward direction. */
  backward: number | null;
  op: number | null;
  node: number | null;
  /** The statement the step is in: the span of its `line` event. */
  line: number | null;
}

/** A mark on the slider. */
export interface Tick {
  step: number;
  kind: "cell" | "backward" | "error" | "gap";
  /** The cell's position, the backward pass's number, or how many lines are not on record. */
  number: number;
}

export interface Timeline {
  granularity: Granularity;
  steps: Step[];
  ticks: Tick[];
}

/** What a folded card stands for. `open` are the scopes to open (or the components to focus) to see inside. */
export type Fold =
  | { kind: "scope"; scope: number; label: string; scopeKind: Scope["kind"]; count: number }
  | { kind: "iterations"; scopes: number[]; first: number; last: number; count: number }
  | { kind: "stretch"; stretch: string; count: number }
  | { kind: "cells"; components: number[]; first: number; last: number; count: number };

/**
 * `op`: an op and its output in one (an in-place op makes a new card for the tensor it writes). `output`: one of several
 * outputs of an op. `leaf`: a tensor that a creation op made. `gradient`: a `.grad` that ops use, or a tensor that
 * `autograd.grad` gave. `exit`: `item()` and the like, where a tensor leaves for Python. `folded`: stands for many.
 * `node`: an autograd node, in the picture of the backward graph.
 */
export type CardKind = "node" | "op" | "output" | "leaf" | "gradient" | "exit" | "folded";

export interface Card {
  /** Stable over folding and focus: `o12` for op 12, `t3` for tensor 3, `f...` for what is folded. */
  id: string;
  kind: CardKind;
  /** Null for a gradient buffer and for what is folded. */
  op: number | null;
  /** The tensor whose numbers the card shows; null for exits and for what is folded. */
  tensor: number | null;
  /** The autograd node whose incoming cotangent is this card's gradient; AccumulateGrad for a leaf that has one. */
  node: number | null;
  /** Output number of that node. */
  output: number;
  group: string | null;
  /** What the band says, with constants in their slots: '×', '2 ×', '** 2', 'sum', 'detach', 'leaf'. */
  title: string;
  /** PyTorch's name of the `grad_fn`; null where there is none. */
  gradFn: string | null;
  /** Every name the tensor gets in the run: 'y', 'b, c, d', 'x.grad', or '' where nothing names it. */
  name: string;
  shape: number[];
  dtype: string;
  requiresGrad: boolean;
  /** True where a gradient could have gone on, but this op cut it: drawn dashed. */
  detached: boolean;
  /** Names of other tensors on the same storage. */
  sharesWith: string[];
  /** The ops the card stands for: one, or many if folded. */
  ops: number[];
  cell: number | null;
  /** After this many events the card exists. */
  born: number;
  fold: Fold | null;
}

export interface GraphEdge {
  /** Stable: `e7` for edge 7 of the trace, or `source>target` between folded cards. */
  id: string;
  source: string;
  target: string;
  /** Operands are drawn in this order; edges of equal slots as suits the drawing. */
  slot: number;
  kind: EdgeKind;
  reason: Reason | null;
  /** The trace's edges it stands for: one, or many between folded cards. */
  edges: number[];
  /** True where it leads from a node to what comes next on the way back: its head is at the source. */
  upward?: boolean;
}

/** A box around cards: a call, an iteration, a branch, a module, a VJP that is recorded, ... A loop has no box of its own, its iterations follow each other. */
export interface Group {
  id: string;
  parent: string | null;
  scope: number;
  /** The loop an iteration is one of. */
  loop: number | null;
  kind: Scope["kind"];
  /** The node whose VJP it is. */
  node: number | null;
  label: string;
  index: number | null;
  /** How many iterations the loop has; null for what is no loop. */
  iterations: number | null;
  /** How the test of a branch or iteration came out; null if there was none. */
  outcome: boolean | null;
}

export interface ViewGraph {
  cards: Card[];
  edges: GraphEdge[];
  groups: Group[];
}

export type Progress = "pending" | "active" | "done";

/** A card at a moment. Values are positions in `trace.values`. */
export interface CardState {
  state: Progress;
  /** In which direction it is active; null when it is not. */
  direction: Direction | null;
  /** The names it was given so far. */
  name: string;
  requiresGrad: boolean;
  /** The numbers shown (for a tensor) and the version they are. */
  value: number | null;
  version: number | null;
  /** The cotangent that came in, in the backward pass under way or the last one. */
  cotangent: number | null;
  /** Where nothing came in in that pass: the cotangent of an earlier one, and which that was. */
  earlier: { readonly value: number; readonly backward: number } | null;
  /** What has come in so far in this backward pass, contribution by contribution. */
  received: number[];
  /** The pass under way adds to `.grad`; one of `autograd.grad` hands back. */
  collects: boolean;
  /** The step is where that goes on, is added up or handed back. */
  isReached: boolean;
  /** A leaf's (or retained) `.grad`. */
  grad: number | null;
  /** What `.grad` was before this step, where the step changed it. */
  gradBefore: number | null | undefined;
  /** Its node's buffers were freed. */
  freed: boolean;
  /** The step wrote into its storage, through this tensor or through another that shares it. */
  written: boolean;
  /** A write in place gave the tensor a later card, which shows what has become of it, its `.grad` too. */
  succeeded: boolean;
}

/** An edge at a moment. */
export interface EdgeState {
  state: Progress;
  direction: Direction | null;
  /** The cotangent that went back along it in the last backward pass that used it. */
  cotangent: number | null;
}

/** A sentence: a key of `sentences.*.ts`, what to put in its holes, ready to print, and the sentence after it. */
export interface Sentence {
  key: SentenceKey;
  params: Record<string, string>;
  then?: Sentence;
}

/** One entry in the life of a leaf's `.grad`. */
export interface LedgerEntry {
  /** The event's position; it has happened once the state is after it. */
  event: number;
  kind: "contribution" | "accumulate" | "zero" | "none" | "set";
  cell: number | null;
  /** The backward pass, from 1, for contributions and accumulations. */
  backward: number | null;
  /** The node a contribution came from and its op. */
  node: number | null;
  op: number | null;
  /** The contribution; or `.grad` afterwards. Null for None. */
  value: number | null;
}

export interface Ledger {
  tensor: number;
  name: string;
  entries: LedgerEntry[];
}

// ---- layout ----

export interface Size {
  width: number;
  height: number;
}

export interface Box extends Size {
  x: number;
  y: number;
}

export interface Point {
  x: number;
  y: number;
}

export type LayoutDirection = "TB" | "LR";

/**
 * A graph to lay out: sizes are measured by whoever draws. Nodes come in program order, which breaks ties. Edges enter a
 * node in the order of their slots; those with equal slots in any.
 */
export interface LayoutGraph {
  nodes: { id: string; width: number; height: number; group: string | null }[];
  edges: { id: string; source: string; target: string; slot: number; tracked: boolean }[];
  groups: { id: string; parent: string | null; titleWidth: number; titleHeight: number }[];
}

export interface LayoutOptions {
  /** `fit` takes the direction that fits larger into a box of this aspect ratio (width / height). */
  direction: LayoutDirection | "fit";
  aspect?: number;
}

export interface Layout extends Size {
  direction: LayoutDirection;
  nodes: Record<string, Box>;
  groups: Record<string, Box>;
  /** From the source's port to the target's; a polyline to be drawn rounded. */
  edges: Record<string, Point[]>;
}

/** A folded card to come: boxes with the same id fold into one. */
export interface Unit {
  readonly id: string;
  /** The card with nothing in it yet; `first` will be the first in it. */
  make(first: Card): Card;
}
