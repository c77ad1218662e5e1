import { describe, expect, it } from "vitest";
import type { LayoutGraph, LayoutOptions } from "../../src/core/types";
import { AlikeLayouts, alikeness } from "../../src/layout/alike";
import { layout } from "../../src/layout/layout";
import { randomGraph } from "./graphs";

const FIT: LayoutOptions = { direction: "fit", aspect: 1.5 };

function renamed(graph: LayoutGraph): LayoutGraph {
  const name = (id: string) => `other ${id}`;
  const nameOrNull = (id: string | null) => (id === null ? null : name(id));
  return {
    nodes: graph.nodes.map((node) => ({ ...node, id: name(node.id), group: nameOrNull(node.group) })),
    groups: graph.groups.map((group) => ({ ...group, id: name(group.id), parent: nameOrNull(group.parent) })),
    edges: graph.edges.map((edge) => ({
      ...edge,
      id: name(edge.id),
      source: name(edge.source),
      target: name(edge.target),
    })),
  };
}

describe("a layout that is kept for pictures that are alike", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("is the one that the other would get (graph %i)", (seed) => {
    const graph = randomGraph(seed, 25);
    const other = renamed(graph);
    const layouts = new AlikeLayouts(5);
    layouts.keep(alikeness(graph, FIT), graph, layout(graph, FIT));
    expect(layouts.find(alikeness(other, FIT), other)).toEqual(layout(other, FIT));
  });

  it("is not that of a picture whose card is wider, whose edge goes elsewhere or whose room is another", () => {
    const graph = randomGraph(3, 12);
    const [node, ...nodes] = graph.nodes;
    const [edge, ...edges] = graph.edges;
    if (!node || !edge) throw new Error("an empty graph");
    const own = alikeness(graph, FIT);
    expect(alikeness({ ...graph, nodes: [{ ...node, width: node.width + 1 }, ...nodes] }, FIT)).not.toBe(own);
    expect(alikeness({ ...graph, edges: [{ ...edge, target: "n11" }, ...edges] }, FIT)).not.toBe(own);
    expect(alikeness({ ...graph, edges: [{ ...edge, slot: 7 }, ...edges] }, FIT)).not.toBe(own);
    expect(alikeness(graph, { ...FIT, aspect: 2 })).not.toBe(own);
  });

  it("is forgotten when many others have come", () => {
    const graph = randomGraph(1, 5);
    const layouts = new AlikeLayouts(2);
    const made = layout(graph, FIT);
    for (const alike of ["a", "b", "c"]) layouts.keep(alike, graph, made);
    expect(["a", "b", "c"].map((alike) => layouts.find(alike, graph) !== null)).toEqual([false, true, true]);
  });
});
