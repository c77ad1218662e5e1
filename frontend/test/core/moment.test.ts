import { describe, expect, it } from "vitest";
import { arrivedEdges, operandCards } from "../../src/core/moment";
import type { Run } from "../../src/core/run";
import { cardState, edgeState } from "../../src/core/state";
import type { Step, ViewGraph } from "../../src/core/types";
import { components, focusOf, openAtFirst, viewGraph } from "../../src/core/viewgraph";
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

describe("what a step without an op is about", () => {
  const active = (run: Run, step: Step, shown: ViewGraph) =>
    shown.cards.filter((card) => cardState(run, card, step).state === "active").map(({ name }) => name);
  const told = (kind: string) =>
    steps(lesson, "op")
      .filter((step) => step.kind === kind)
      .map((step) => active(lesson, step, graph));

  it("is lit: where a pass begins, what autograd follows from there, what gets another name", () => {
    expect(told("backward_begin")).toEqual([["y"], ["y"], [""], [""], [""], ["b, c, d"], ["c, d"]]);
    expect(told("requires_grad")).toEqual([["x"]]);
    expect(told("bind").slice(-2)).toEqual([["a"], ["c, d"]]);
  });

  it("is lit where it is folded away", () => {
    const alias = steps(lesson, "op").find(
      ({ kind, from, to }) =>
        kind === "bind" &&
        lesson.trace.events.slice(from, to).some((event) => event.kind === "bind" && event.name === "c"),
    );
    if (!alias) throw new Error("nothing is called c too");
    const folded = viewGraph(lesson, { open: new Set(), focus: focusOf(lesson, alias) });
    const lit = folded.cards.filter((card) => cardState(lesson, card, alias).state === "active");
    expect(lit.map(({ kind }) => kind)).toEqual(["folded"]);
  });

  it("opens the iteration in which a pass begins, as the step after it does", () => {
    const all = steps(lesson, "op");
    const begins = all.flatMap(({ kind }, position) => (kind === "backward_begin" ? [position] : []));
    for (const begin of begins)
      expect(openAtFirst(lesson, all[begin])).toEqual(openAtFirst(lesson, all[begin + 1]));
  });

  it("brings no gradient where a gradient is set to zero", () => {
    const zeroed = steps(lesson, "op").filter(({ kind }) => kind === "grad_cleared");
    expect(zeroed.length).toBeGreaterThan(2);
    for (const step of zeroed) {
      expect(active(lesson, step, graph)).toContain("x");
      expect(arrivedEdges(graph, statesAt(step))).toEqual([]);
    }
  });
});
