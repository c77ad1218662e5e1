import { describe, expect, it } from "vitest";
import type { Run } from "../src/core/run";
import { openRun } from "../src/core/run";
import { cardState, edgeState } from "../src/core/state";
import type { Step, ViewGraph } from "../src/core/types";
import { components, viewGraph } from "../src/core/viewgraph";
import { flowTexts } from "../src/views/graph/flow-lines";
import { openTrace, steps } from "./golden";

const whole = openTrace("training");
const begin = whole.backwards[0] ?? 0;
/** What had come of the run when its first forward pass was over. */
const early = openRun({ ...whole.trace, events: whole.trace.events.slice(0, begin) });

function drawn(run: Run): ViewGraph {
  return viewGraph(run, {
    open: new Set(run.trace.scopes.keys()),
    focus: new Set(components(run).keys()),
  });
}

function texts(graph: ViewGraph, run: Run, step: Step) {
  const cards = new Map(graph.cards.map((card) => [card.id, cardState(run, card, step)]));
  const edges = new Map(graph.edges.map((edge) => [edge.id, edgeState(run, edge, step)]));
  return flowTexts(graph, { run, step, cards, edges }).map(({ edge, kind, lines }) => [edge.id, kind, lines]);
}

describe("a run that has grown, over the picture of what there was of it before", () => {
  const backward = steps(whole, "op")
    .filter(({ kind, from }) => kind === "vjp" && from >= begin)
    .slice(0, 4);

  it("says beside its edges what the whole picture says there", () => {
    const said = backward.map((step) => texts(drawn(early), whole, step));
    expect(said.flat().length).toBeGreaterThan(2);
    expect(said).toEqual(backward.map((step) => texts(drawn(whole), whole, step)));
  });
});
