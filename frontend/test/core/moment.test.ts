import { describe, expect, it } from "vitest";
import { arrivedEdges, operandCards } from "../../src/core/moment";
import { cardState, edgeState } from "../../src/core/state";
import type { Step } from "../../src/core/types";
import { components, viewGraph } from "../../src/core/viewgraph";
import { lesson, opOf, steps, stepsOfCell } from "../golden";

const graph = viewGraph(lesson, {
  open: new Set(lesson.trace.scopes.keys()),
  focus: new Set(components(lesson).keys()),
});

function statesAt(step: Step) {
  return {
    cards: new Map(graph.cards.map((card) => [card.id, cardState(lesson, card, step)])),
    edges: new Map(graph.edges.map((edge) => [edge.id, edgeState(lesson, edge, step)])),
  };
}

const named = (id: string) => graph.cards.find((card) => card.id === id)?.name;

describe("what flows", () => {
  it("into z = u * x are u and x", () => {
    const step = stepsOfCell(25).find(({ op }) => op === opOf(25, "u * x")) as Step;
    expect([...operandCards(graph, statesAt(step))].map(named).sort()).toEqual(["u", "x"]);
  });

  it("in a backward step has come along edges out of the card at work, each with its cotangent", () => {
    for (const step of steps(lesson, "op").filter(({ kind }) => kind === "vjp")) {
      const states = statesAt(step);
      expect(operandCards(graph, states).size).toBe(0);
      for (const edge of arrivedEdges(graph, states)) {
        expect(states.cards.get(edge.source)).toMatchObject({ state: "active", direction: "backward" });
        expect(states.edges.get(edge.id)?.cotangent).not.toBeNull();
      }
    }
  });

  it("together is what the card received, where nothing is folded", () => {
    const fanIn = steps(lesson, "op").find((step) => {
      const states = statesAt(step);
      return step.backward !== null && arrivedEdges(graph, states).length > 1;
    });
    if (!fanIn) throw new Error("the lesson has no fan-in");
    const states = statesAt(fanIn);
    const arrived = arrivedEdges(graph, states);
    const [at] = arrived;
    const received = [...(states.cards.get(at?.source ?? "")?.received ?? [])].sort();
    expect(arrived.map(({ id }) => states.edges.get(id)?.cotangent).sort()).toEqual(received);
  });
});
