/** The backward graph: nodes and `next_functions` as the trace has them, in the places of the cards they record. */

import { describe, expect, it } from "vitest";
import { backwardGraph } from "../../src/core/backward-graph";
import { openRun } from "../../src/core/run";
import { components, viewGraph } from "../../src/core/viewgraph";
import { TRACES, trace } from "../golden";

function pictures(name: string, isOpen: boolean) {
  const run = openRun(trace(name));
  const open = new Set(isOpen ? run.trace.scopes.keys() : []);
  const values = viewGraph(run, { open, focus: new Set(components(run).keys()) });
  return { run, values, graph: backwardGraph(run, values) };
}

describe.each(TRACES)("of %s", (name) => {
  it("has each next_function of a drawn node as an edge, in the order of its slots", () => {
    const { run, graph } = pictures(name, true);
    const ids = new Map(graph.cards.map(({ id, node }) => [node, id]));
    for (const { node } of graph.cards) {
      const next = run.trace.nodes[node ?? -1]?.next_functions ?? [];
      const expected = next.flatMap(([to], slot) => (to === null ? [] : [[ids.get(to), slot]]));
      const drawn = graph.edges.filter(({ target }) => target === ids.get(node));
      expect(drawn.map(({ source, slot }) => [source, slot])).toEqual(expected);
    }
  });

  it("names every node as PyTorch does, once", () => {
    const { run, graph } = pictures(name, true);
    const nodes = graph.cards.map(({ node }) => node);
    expect(new Set(nodes).size).toBe(nodes.length);
    expect(graph.cards.map(({ title }) => title)).toEqual(
      nodes.map((node) => run.trace.nodes[node ?? -1]?.name),
    );
  });

  it("joins only what is drawn when scopes are folded", () => {
    const { graph } = pictures(name, false);
    const ids = new Set(graph.cards.map(({ id }) => id));
    expect(graph.edges.filter(({ source, target }) => !ids.has(source) || !ids.has(target))).toEqual([]);
    expect(graph.edges.filter(({ source, target }) => source === target)).toEqual([]);
  });
});

it("shows the node of a write through a view, which no line of code made", () => {
  const { graph } = pictures("in_place", true);
  expect(graph.cards.map(({ title }) => title)).toContain("CopySlices");
});
