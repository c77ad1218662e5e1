/** The graph as an outline: cards in the order of the program, and where one gets from each along its edges. */
import type { Card, LayoutDirection, ViewGraph } from "./types";

/** Where a walk through the graph stands. */
export interface Place {
  readonly card: string;
  /** The cards that were to choose from when the last edge was followed, this one among them; null off the edges. */
  readonly among: readonly string[] | null;
}

export type Move = "operands" | "users" | "before" | "after";

const orders = new WeakMap<ViewGraph, readonly Card[]>();

/** Cards in the order in which the program makes them. */
export function inProgramOrder(graph: ViewGraph): readonly Card[] {
  let order = orders.get(graph);
  if (!order) {
    order = [...graph.cards].sort((a, b) => a.born - b.born);
    orders.set(graph, order);
  }
  return order;
}

/** The card's operands in their order, or its users in the order of the program. */
export function neighbours(graph: ViewGraph, card: string, along: "operands" | "users"): string[] {
  const [here, there] =
    along === "operands" ? (["target", "source"] as const) : (["source", "target"] as const);
  const edges = graph.edges.filter((edge) => edge[here] === card);
  if (along === "operands") edges.sort((a, b) => a.slot - b.slot);
  const found = [...new Set(edges.map((edge) => edge[there]))];
  if (along === "operands") return found;
  const reached = new Set(found);
  return inProgramOrder(graph)
    .map(({ id }) => id)
    .filter((id) => reached.has(id));
}

/** Along an edge; or beside it to the next of those to choose from, else to the next card of the program. */
export function walk(graph: ViewGraph, from: Place, move: Move): Place {
  if (move === "operands" || move === "users") {
    const among = neighbours(graph, from.card, move);
    return among[0] === undefined ? from : { card: among[0], among };
  }
  const by = move === "before" ? -1 : 1;
  const beside = (ids: readonly string[]) => ids[ids.indexOf(from.card) + by];
  if (from.among) {
    const card = beside(from.among);
    if (card !== undefined) return { card, among: from.among };
  }
  const card = beside(inProgramOrder(graph).map(({ id }) => id));
  return card === undefined ? from : { card, among: null };
}

const TOP_DOWN: Readonly<Record<string, Move>> = {
  ArrowUp: "operands",
  ArrowDown: "users",
  ArrowLeft: "before",
  ArrowRight: "after",
};
const LEFT_TO_RIGHT: Readonly<Record<string, Move>> = {
  ArrowLeft: "operands",
  ArrowRight: "users",
  ArrowUp: "before",
  ArrowDown: "after",
};

/** What an arrow key means in a drawing: edges are followed the way they are drawn. */
export function moveOfKey(key: string, direction: LayoutDirection): Move | null {
  return (direction === "TB" ? TOP_DOWN : LEFT_TO_RIGHT)[key] ?? null;
}
