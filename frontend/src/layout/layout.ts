/** Where everything goes: a layered layout of nested groups, top to bottom or left to right. Pure and deterministic. */

import type { Box, Layout, LayoutDirection, LayoutGraph, LayoutOptions, Point } from "../core/types";
import { layoutNested, type Nested } from "./nesting";

export function layout(graph: LayoutGraph, { direction, aspect = 16 / 9 }: LayoutOptions): Layout {
  if (direction !== "fit") return inDirection(graph, direction);
  const [down, across] = [inDirection(graph, "TB"), inDirection(graph, "LR")];
  return scaleIn(aspect, across) > scaleIn(aspect, down) ? across : down;
}

/** How large the drawing can be in a box of height 1 and width `aspect`. */
function scaleIn(aspect: number, { width, height }: Layout): number {
  return Math.min(aspect / Math.max(width, 1), 1 / Math.max(height, 1));
}

function inDirection(graph: LayoutGraph, direction: LayoutDirection): Layout {
  if (direction === "TB") return { direction, ...layoutNested(graph, false) };
  return { direction, ...transpose(layoutNested(transposed(graph), true)) };
}

function transposed(graph: LayoutGraph): LayoutGraph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({ ...node, width: node.height, height: node.width })),
  };
}

function transpose({ width, height, nodes, groups, edges }: Nested): Nested {
  const box = ({ x, y, width, height }: Box): Box => ({ x: y, y: x, width: height, height: width });
  const point = ({ x, y }: Point): Point => ({ x: y, y: x });
  return {
    width: height,
    height: width,
    nodes: mapValues(nodes, box),
    groups: mapValues(groups, box),
    edges: mapValues(edges, (points) => points.map(point)),
  };
}

function mapValues<A, B>(record: Record<string, A>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
