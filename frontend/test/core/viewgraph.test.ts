import { describe, expect, it } from "vitest";
import { buildTimeline } from "../../src/core/timeline";
import type { Step, ViewGraph } from "../../src/core/types";
import { components, focusOf, openAtFirst, viewGraph } from "../../src/core/viewgraph";
import { cell, lesson, opOf, steps, stepsOfCell } from "../golden";
import { runsOf } from "../runs";

function graphAt(step: Step | undefined): ViewGraph {
  if (!step) throw new Error("no such step");
  return viewGraph(lesson, { open: openAtFirst(lesson, step), focus: focusOf(lesson, step) });
}

function stepOf(executionCount: number, kind: Step["kind"], nth = 0): Step | undefined {
  return stepsOfCell(executionCount).filter((step) => step.kind === kind)[nth];
}

const named = (graph: ViewGraph, name: string) => graph.cards.find((card) => card.name === name);

describe("the graph of cell 25", () => {
  const graph = graphAt(stepOf(25, "vjp"));
  const card = (source: string) => `o${opOf(25, source)}`;
  const edges = (source: string | undefined, target: string) =>
    graph.edges.filter((edge) => edge.source === source && edge.target === target);
  const x = named(graph, "x")?.id;

  it("cuts y from u, with the reason", () => {
    expect(edges(card("x * x"), card("y.detach()"))).toMatchObject([{ kind: "detached", reason: "detach" }]);
    expect(graph.cards.find(({ id }) => id === card("y.detach()"))?.detached).toBe(true);
  });

  it("lets the gradient from z to x, not to u", () => {
    expect(edges(x, card("u * x"))).toMatchObject([{ kind: "tracked", slot: 1 }]);
    expect(edges(card("y.detach()"), card("u * x"))).toMatchObject([{ kind: "constant", slot: 0 }]);
  });

  it("draws x * x with two edges", () => {
    expect(edges(x, card("x * x")).map(({ slot }) => slot)).toEqual([0, 1]);
  });

  it("shows x.grad because an op uses it, and no zero_()", () => {
    expect(named(graph, "x.grad")?.kind).toBe("gradient");
    expect(graph.cards.map(({ title }) => title)).not.toContain("zero_");
  });

  it("folds the other cells' graphs into one card before and one after", () => {
    const chips = graph.cards.flatMap(({ fold }) => (fold?.kind === "cells" ? [fold] : []));
    expect(chips.map(({ first }) => first)).toEqual([cell(2), cell(26)]);
    const drawn = graph.cards.filter(({ fold }) => !fold).length;
    const folded = chips.reduce((sum, { count }) => sum + count, 0);
    const total = components(lesson).reduce((sum, { cards }) => sum + cards.length, 0);
    expect(folded + drawn).toBe(total);
  });
});

describe("the graph of cell 28", () => {
  const last = stepsOfCell(28).at(-1);
  const graph = graphAt(last);
  const loopTests = steps(lesson, "op").filter((step) => step.cell === cell(28) && step.kind === "branch");

  it("is one component with the function as a box", () => {
    expect(focusOf(lesson, last as Step).size).toBe(1);
    expect(graph.groups.map(({ kind, label }) => [kind, label])).toContainEqual(["function", "f(a)"]);
  });

  it("opens the iteration that is at work and folds the others", () => {
    for (const [i, step] of loopTests.slice(0, -1).entries()) {
      const open = graphAt(step).groups.filter(({ kind }) => kind === "iteration");
      expect(open.map(({ index }) => index)).toEqual([i + 1]);
    }
  });

  it("counts in the folds what it does not draw", () => {
    const all = viewGraph(lesson, {
      open: new Set(lesson.trace.scopes.keys()),
      focus: focusOf(lesson, last as Step),
    });
    const counted = graph.cards.reduce(
      (sum, { fold }) => sum + (fold && fold.kind !== "cells" ? fold.count : 1),
      0,
    );
    expect(counted).toBe(all.cards.length);
  });

  it("says how each test came out", () => {
    const branch = graph.groups.find(({ kind }) => kind === "branch");
    expect(branch).toMatchObject({ label: "if b.sum() > 0", outcome: true });
  });

  it("keeps a outside the function, which is not alone in using it", () => {
    expect(named(graph, "a")?.group).toBeNull();
  });

  it("writes constants on the cards that use them", () => {
    expect(graph.cards.map(({ title }) => title)).toEqual(expect.arrayContaining(["× 2", "< 100", "> 0"]));
  });

  it("calls the norm what the source calls it", () => {
    expect(graph.cards.map(({ title }) => title)).toContain("norm");
  });
});

describe("every graph of the lesson", () => {
  it("has edges between its cards, groups inside its groups, and no id twice", () => {
    for (const step of steps(lesson, "op")) {
      const { cards, edges, groups } = graphAt(step);
      const ids = cards.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(new Set(edges.map(({ id }) => id)).size).toBe(edges.length);
      for (const { source, target } of edges) {
        expect(ids).toContain(source);
        expect(ids).toContain(target);
      }
      const boxes = groups.map(({ id }) => id);
      for (const { group } of cards) if (group !== null) expect(boxes).toContain(group);
      for (const { parent } of groups) if (parent !== null) expect(boxes).toContain(parent);
    }
  });

  it("shows the card of the op that the step is about", () => {
    for (const step of steps(lesson, "op")) {
      if (step.op === null || step.kind === "grad_cleared") continue;
      expect(graphAt(step).cards.some(({ ops, fold }) => !fold && ops.includes(step.op as number))).toBe(
        true,
      );
    }
  });

  it("is complete when everything is open and in focus", () => {
    const focus = new Set(components(lesson).keys());
    const { cards, edges } = viewGraph(lesson, { open: new Set(lesson.trace.scopes.keys()), focus });
    const drawn = new Set(cards.flatMap(({ ops }) => ops));
    const cleared = lesson.trace.ops.flatMap(({ name }, op) => (name === "zero_" ? [op] : []));
    expect(drawn.size + cleared.length).toBe(lesson.trace.ops.length);
    const tracked = lesson.trace.edges.filter(({ kind }) => kind === "tracked").length;
    expect(edges.filter(({ kind }) => kind === "tracked")).toHaveLength(tracked);
  });
});

describe("a loss that only its own backward pass asks for", () => {
  const run = runsOf({
    loss: [
      "import torch\nx = torch.ones(2, 3, requires_grad=True)\ntorch.nn.functional.cross_entropy(x, torch.tensor([0, 2])).backward()",
    ],
  }).get("loss");

  it("is one card, without what it keeps for that", () => {
    if (!run) throw new Error("it did not run");
    const step = buildTimeline(run.trace, "op").steps.at(-1);
    if (!step) throw new Error("no step");
    const { cards } = viewGraph(run, { open: openAtFirst(run, step), focus: focusOf(run, step) });
    expect(cards.filter(({ kind }) => kind === "output")).toEqual([]);
    const loss = cards.find(({ gradFn }) => gradFn === "NllLossBackward0");
    expect(loss?.tensor).not.toBeNull();
  });
});
