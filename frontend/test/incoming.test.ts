import { expect, test } from "vitest";
import { cardState, edgeState } from "../src/core/state";
import { components, viewGraph } from "../src/core/viewgraph";
import { flowTexts } from "../src/views/graph/flow-lines";
import { openTrace, steps } from "./golden";

/** What is written beside the edges of each step back: the first line, and what of it is marked. */
function marked(name: "lesson" | "layers") {
  const run = openTrace(name);
  const graph = viewGraph(run, {
    open: new Set(run.trace.scopes.keys()),
    focus: new Set(components(run).keys()),
  });
  return steps(run, "op").flatMap((step) => {
    if (step.kind !== "vjp") return [];
    const cards = new Map(graph.cards.map((card) => [card.id, cardState(run, card, step)]));
    const edges = new Map(graph.edges.map((edge) => [edge.id, edgeState(run, edge, step)]));
    return flowTexts(graph, { run, step, cards, edges }).flatMap(({ lines: [line = ""], incoming }) =>
      incoming ? [{ line, before: line.slice(0, incoming[0]), mark: line.slice(...incoming) }] : [],
    );
  });
}

test("of a number times a slope the number that came in is marked, also where both are the same", () => {
  const doubled = marked("lesson").filter(({ line }) => /^\S+ · 2$/.test(line));
  // d.backward() of the lesson goes back through b * 2, time and again: 1, 2, 4, 8, …
  expect(doubled.map(({ line }) => line)).toEqual(expect.arrayContaining(["2 · 2", "32 · 2"]));
  for (const { line, before, mark } of doubled) expect([before, mark]).toEqual(["", line.split(" ")[0]]);
});

test("of names it is the gradient's, wherever it stands", () => {
  const named = marked("layers").filter(({ line }) => line.includes("grad"));
  expect(named.length).toBeGreaterThan(0);
  expect(new Set(named.map(({ mark }) => mark))).toEqual(new Set(["grad"]));
});
