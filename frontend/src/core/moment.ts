/** What else of the picture belongs to a step: the operands that flow in, the edges along which a cotangent came. */

import type { CardState, EdgeState, GraphEdge } from "./types";

interface Scene {
  readonly edges: readonly GraphEdge[];
}

interface States {
  readonly cards: ReadonlyMap<string, CardState>;
  readonly edges: ReadonlyMap<string, EdgeState>;
}

/** The cards whose values flow into the op that the step applies. */
export function operandCards({ edges }: Scene, states: States): Set<string> {
  return new Set(
    edges.filter(({ id }) => states.edges.get(id)?.direction === "forward").map(({ source }) => source),
  );
}

/** The edges along which what the node at work, or a leaf, received came to it in this backward pass. */
export function arrivedEdges({ edges }: Scene, states: States): GraphEdge[] {
  return edges.filter(({ id, source }) => {
    const edge = states.edges.get(id);
    return edge?.state === "done" && edge.cotangent !== null && states.cards.get(source)?.isReached;
  });
}
