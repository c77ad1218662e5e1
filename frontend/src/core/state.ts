/** How cards and edges look at a step: pending, active or done, in which direction, with which numbers. */

import { fullGraph } from "./cards";
import { at } from "./lists";
import type { Run } from "./run";
import type { Card, CardState, Direction, EdgeState, GraphEdge, Step } from "./types";

/** What a step's events touch. */
interface Activity {
  ops: Set<number>;
  nodes: Set<number>;
  edges: Set<number>;
  /** Leaves whose .grad the step changes, and whether a gradient comes in there. */
  gradients: Map<number, boolean>;
  /** What else it is about: tensors, the ops of the cards that show them. */
  about: { tensor: number; ops: ReadonlySet<number>; direction: Direction }[];
  /** Storages that it writes to in place. */
  written: Set<number>;
}

const activities = new WeakMap<Step, Activity>();

export function cardState(run: Run, card: Card, step: Step): CardState {
  const activity = activityOf(run, step);
  const k = step.to;
  const next = successorAt(run, card, k);
  const direction = directionOf(run, card, activity, next === null && card.born <= k);
  const state: CardState = {
    state: direction ? "active" : card.born <= k ? "done" : "pending",
    direction,
    name: "",
    requiresGrad: card.requiresGrad,
    value: null,
    version: null,
    cotangent: null,
    earlier: null,
    received: [],
    collects: accumulates(run, run.moment(k)),
    isReached: false,
    grad: null,
    gradBefore: undefined,
    freed: false,
    written: false,
    succeeded: next !== null,
  };
  if (card.kind === "folded" || card.born > k) return state;
  state.isReached =
    activity.nodes.has(card.node ?? -1) || (activity.gradients.get(card.tensor ?? -1) ?? false);
  if (card.node !== null) {
    const node = run.nodeAt(card.node, k);
    state.cotangent = node?.cotangents_in[card.output] ?? null;
    // What came in and was not taken in is gone with its pass: `autograd.grad` hands it back.
    if (
      state.cotangent !== null ||
      run.moment(step.from).backward !== null ||
      run.moment(k).backward !== null
    )
      state.received = run
        .receivedAt(card.node, k)
        .flatMap(([value, output]) => (output === card.output ? [value] : []));
    if (state.cotangent === null && state.received.length === 0)
      state.earlier = run.cotangentBefore(card.node, card.output, k);
    state.freed = node?.freed ?? false;
  }
  if (card.tensor === null) return state;
  addNumbers(run, card.tensor, next, k, state);
  state.written = next === null && activity.written.has(at(run.trace.tensors, card.tensor).storage);
  if (next === null) {
    const captured = isOfLeaf(run, card) ? null : run.capturedAt(card.tensor, k);
    state.grad = run.gradAt(card.tensor, k)?.value ?? captured;
    if (activity.gradients.has(card.tensor))
      state.gradBefore = run.gradAt(card.tensor, step.from)?.value ?? null;
  }
  return state;
}

/** Whether what a card shows as its gradient is a leaf's `.grad`; for others it is what came in last. */
export function isOfLeaf(run: Run, { kind, node }: Card): boolean {
  return kind === "leaf" || (node !== null && at(run.trace.nodes, node).variable !== null);
}

/** A card keeps the numbers that an in-place op overwrote, once that op has its own card for the tensor. */
function addNumbers(run: Run, tensor: number, next: Card | null, k: number, state: CardState): void {
  state.name = run.namesUntil(tensor, k).join(", ");
  state.requiresGrad = run.tensorAt(tensor, k)?.requires_grad ?? state.requiresGrad;
  const storage = run.storageAt(at(run.trace.tensors, tensor).storage, k);
  const overwritten = next && versionBefore(run, tensor, next);
  state.version = overwritten ?? storage?.version ?? null;
  state.value = overwritten === null ? (storage?.value ?? null) : run.valueAt(tensor, overwritten);
}

/** The version of a tensor's numbers that the op of its next card took in. */
export function versionBefore(run: Run, tensor: number, { op }: Card): number | null {
  const { tensors, ops } = run.trace;
  const own = at(tensors, tensor).storage;
  const inputs = op === null ? [] : at(ops, op).inputs;
  const written = inputs.find(
    (operand) => operand.tensor !== null && at(tensors, operand.tensor).storage === own,
  );
  return written?.version ?? null;
}

/** The next card of the same tensor, if there is one after k events. */
function successorAt(run: Run, card: Card, k: number): Card | null {
  const full = fullGraph(run);
  const cards = full.cardsOfTensor.get(card.tensor ?? -1) ?? [];
  const next = cards.length > 1 ? full.byId.get(cards[cards.indexOf(card.id) + 1] ?? "") : undefined;
  return next && next.born <= k ? next : null;
}

/** Whether the pass that a step belongs to adds to `.grad`, and hands nothing back. */
export function accumulates({ trace, backwards }: Run, { backward }: Pick<Step, "backward">): boolean {
  const begin = trace.events[backwards[(backward ?? 0) - 1] ?? -1];
  return begin?.kind === "backward_begin" && begin.accumulate;
}

/** What happens to a tensor or its `.grad` shows on its latest card that is there, or on what that is folded into. */
function directionOf(run: Run, card: Card, activity: Activity, isLatest: boolean): Direction | null {
  const isNode = card.node !== null && activity.nodes.has(card.node);
  if (isNode && (isLatest || !isOfLeaf(run, card))) return "backward";
  if (opsOf(card)(activity.ops)) return "forward";
  const told = activity.about.find(({ tensor, ops }) =>
    card.kind === "folded" ? opsOf(card)(ops) : card.tensor === tensor && isLatest,
  );
  return told?.direction ?? null;
}

const opsOfCards = new WeakMap<Card, IncludesAny>();

function opsOf(card: Card): IncludesAny {
  const known = opsOfCards.get(card) ?? amongst(card.ops);
  opsOfCards.set(card, known);
  return known;
}

type IncludesAny = (some: ReadonlySet<number>) => boolean;

/** What is folded stands for thousands of ops or edges, and a step looks for its own few: most often outside of their range. */
function amongst(list: readonly number[]): IncludesAny {
  const low = list.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = list.reduce((a, b) => Math.max(a, b), 0);
  let all: ReadonlySet<number> | null = null;
  return (some) => {
    for (const each of some) {
      if (each < low || each > high) continue;
      all ??= new Set(list);
      if (all.has(each)) return true;
    }
    return false;
  };
}

/** What an edge of the picture stands for: edges of the trace, the ops they lead to, the event of the first of these. */
interface Bundle {
  edges: IncludesAny;
  ops: IncludesAny;
  born: number;
}

const bundles = new WeakMap<GraphEdge, { run: Run; bundle: Bundle }>();

function bundleOf(run: Run, edge: GraphEdge): Bundle {
  const known = bundles.get(edge);
  if (known?.run === run) return known.bundle;
  const ops = edge.edges.map((index) => at(run.trace.edges, index).op);
  // The way to a further output is no edge of the trace: it is there when that is.
  let born = ops.length ? Number.POSITIVE_INFINITY : (fullGraph(run).byId.get(edge.target)?.born ?? 0) - 1;
  for (const op of ops) born = Math.min(born, run.eventOfOp(op) ?? born);
  const bundle = { edges: amongst(edge.edges), ops: amongst(ops), born };
  bundles.set(edge, { run, bundle });
  return bundle;
}

export function edgeState(run: Run, edge: GraphEdge, step: Step): EdgeState {
  const activity = activityOf(run, step);
  const { edges, ops, born } = bundleOf(run, edge);
  const isBackward = edges(activity.edges);
  const isForward = ops(activity.ops);
  const [only] = edge.edges;
  return {
    state: isBackward || isForward ? "active" : born < step.to ? "done" : "pending",
    direction: isBackward ? "backward" : isForward ? "forward" : null,
    cotangent: edge.edges.length === 1 && only !== undefined ? run.edgeAt(only, step.to) : null,
  };
}

function activityOf(run: Run, step: Step): Activity {
  const known = activities.get(step);
  if (known) return known;
  const activity: Activity = {
    ops: new Set(),
    nodes: new Set(),
    edges: new Set(),
    gradients: new Map(),
    about: [],
    written: new Set(),
  };
  const tell = (tensor: number, direction: Direction) => {
    const { cardsOfTensor, byId } = fullGraph(run);
    const cards = cardsOfTensor.get(tensor)?.map((id) => byId.get(id));
    const op = cards?.findLast((card) => card && card.born <= step.to)?.op ?? -1;
    activity.about.push({ tensor, ops: new Set([op]), direction });
  };
  for (const event of run.trace.events.slice(step.from, step.to)) {
    if (event.kind === "op") activity.ops.add(event.op);
    else if (event.kind === "write") activity.written.add(event.storage);
    else if (event.kind === "backward_begin") for (const root of event.roots) tell(root, "backward");
    else if (event.kind === "grad_cleared" || event.kind === "capture" || event.kind === "accumulate") {
      if (event.kind === "accumulate") activity.nodes.add(event.node);
      // What is handed back leaves .grad alone.
      if (event.kind === "capture" && !accumulates(run, step))
        activity.nodes.add(run.accumulateNode(event.tensor) ?? -1);
      else activity.gradients.set(event.tensor, event.kind !== "grad_cleared");
      tell(event.tensor, "backward");
    } else if (event.kind === "bind" || event.kind === "requires_grad") {
      // Others name what an op just made.
      if (event.kind === step.kind && event.tensor !== null) tell(event.tensor, "forward");
    } else if (event.kind === "vjp") {
      activity.nodes.add(event.node);
      for (const [edge, slot] of run.trackedEdges(event.node))
        if (event.cotangents_out[slot] != null) activity.edges.add(edge);
    }
  }
  activities.set(step, activity);
  return activity;
}
