/** Which edges lie on top: a step moves only those that it is about. */
import type { EdgeState, GraphEdge } from "../core/types";

/** What is drawn last lies on top: first what is to come, then what was used, the last of it last, then what is under way. */
export function inDrawingOrder(
  edges: readonly GraphEdge[],
  of: ReadonlyMap<string, EdgeState>,
): readonly GraphEdge[] {
  const pending: GraphEdge[] = [];
  const forward: GraphEdge[] = [];
  const backward: GraphEdge[] = [];
  const active: GraphEdge[] = [];
  for (const edge of edges) {
    const { state = "pending", cotangent = null } = of.get(edge.id) ?? {};
    if (state === "pending") pending.push(edge);
    else if (state === "active") active.push(edge);
    // A backward pass goes through the program from its end.
    else if (cotangent !== null) backward.unshift(edge);
    else forward.push(edge);
  }
  return [...pending, ...forward, ...backward, ...active];
}
