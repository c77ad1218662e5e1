/**
 * Three steps of gradient descent. By hand: s = 1*3 + 2*4 + 0 = 11, loss = 121, dloss/ds = 22, so w.grad = [22, 44] and
 * b.grad = 22; half of that off: w = [-8, -18], b = -11; then s = -8 - 36 - 11 = -55, dloss/ds = -110.
 */

import { describe, expect, it } from "vitest";
import { ledgers } from "../../src/core/ledger";
import { openRun } from "../../src/core/run";
import { cardState } from "../../src/core/state";
import type { Card, CardState, Step } from "../../src/core/types";
import { numbersOf } from "../../src/core/values";
import { components, viewGraph } from "../../src/core/viewgraph";
import { steps, trace } from "../golden";

const run = openRun(trace("training"));
const graph = viewGraph(run, {
  open: new Set(run.trace.scopes.keys()),
  focus: new Set(components(run).keys()),
});
const cardsOf = (name: string, kind?: Card["kind"]) =>
  graph.cards.filter((card) => card.name === name && (kind === undefined || card.kind === kind));
const accumulations = steps(run, "op").filter(({ kind }) => kind === "accumulate");
const groupOf = (index: number) => graph.groups.find((group) => group.index === index)?.id;

function value(card: Card | undefined, step: Step | undefined): unknown {
  const state = at(card, step);
  return state.value === null || card?.tensor == null
    ? null
    : numbersOf(run.trace, state.value, card.tensor).data;
}

function at(card: Card | undefined, step: Step | undefined): CardState {
  if (!card || !step) throw new Error("no such card or step");
  return cardState(run, card, step);
}

describe("a tensor that is written in place", () => {
  const [leaf, first, second, third, ...more] = cardsOf("w");

  it("has a card for what it was and one for each write", () => {
    expect([leaf, first, second, third].map((card) => card?.kind)).toEqual(["leaf", "op", "op", "op"]);
    expect(more).toEqual([]);
  });

  it("shows on each card the numbers of that time", () => {
    const end = steps(run, "op").at(-1);
    expect(value(leaf, end)).toEqual([3, 4]);
    expect(value(first, end)).toEqual([-8, -18]);
    expect(at(leaf, end).version).toBe(0);
    expect(at(first, end).version).toBe(1);
  });

  it("shows its .grad on the latest card only", () => {
    const ofW = accumulations.filter((step) => at(leaf, step).direction || at(first, step).direction);
    expect(at(leaf, ofW[0])).toMatchObject({ state: "active", direction: "backward" });
    expect(at(leaf, ofW[1])).toMatchObject({ state: "done", grad: null });
    expect(at(first, ofW[1])).toMatchObject({ state: "active", direction: "backward" });
    const { grad } = at(first, ofW[1]);
    expect(grad === null ? null : numbersOf(run.trace, grad).data).toEqual([-110, -220]);
  });
});

describe("a .grad that ops use", () => {
  it("stands in the iteration that alone uses it", () => {
    // b.grad = None: each iteration makes a buffer of its own.
    expect(cardsOf("b.grad", "gradient").map(({ group }) => group)).toEqual([1, 2, 3].map(groupOf));
  });

  it("stands outside if all iterations use it", () => {
    expect(cardsOf("w.grad", "gradient").map(({ group }) => group)).toEqual([null]);
  });
});

it("tells that b.grad is None again after each step", () => {
  const b = ledgers(run).find(({ name }) => name === "b");
  const first = b?.entries
    .slice(0, 4)
    .map((entry) => [entry.kind, entry.value === null ? null : numbersOf(run.trace, entry.value).data]);
  expect(first).toEqual([
    ["contribution", [22]],
    ["accumulate", [22]],
    ["none", null],
    ["contribution", [-110]],
  ]);
});

describe("writing through a view", () => {
  const written = openRun(trace("in_place"));
  const { cards, edges } = viewGraph(written, {
    open: new Set(),
    focus: new Set(components(written).keys()),
  });
  const named = (name: string) => cards.filter((card) => card.name === name);
  const end = steps(written, "op").at(-1) as Step;

  it("is one card, which what uses the base comes from", () => {
    const [view, write, ...more] = named("v");
    expect(more).toEqual([]);
    expect(view?.gradFn).toBe("ViewBackward0");
    expect(write?.gradFn).toBe("CopySlices");
    const sum = cards.find(({ gradFn }) => gradFn === "SumBackward0");
    expect(edges.filter(({ target }) => target === sum?.id).map(({ source }) => source)).toEqual([write?.id]);
  });

  it("leaves the base's card with the numbers from before", () => {
    const [u] = named("u");
    const state = u && cardState(written, u, end);
    expect(state?.version).toBe(0);
    expect(state?.value == null ? null : numbersOf(written.trace, state.value, u?.tensor ?? 0).data).toEqual([
      2, 2, 2,
    ]);
  });
});

describe("a gradient of a gradient", () => {
  const second = openRun(trace("second_order"));

  it("adds 6x = 18 to 3x² = 27", () => {
    const [x] = ledgers(second);
    const totals = x?.entries.filter(({ kind }) => kind === "accumulate").map(({ value }) => value ?? -1);
    expect(totals?.map((total) => numbersOf(second.trace, total).data)).toEqual([[27], [45]]);
  });

  it("puts the ops that a VJP ran into that VJP's step", () => {
    for (const step of steps(second, "op")) {
      if (step.op === null) continue;
      const { during } = second.trace.ops[step.op] ?? {};
      if (during != null) expect([step.kind, step.node]).toEqual(["vjp", during]);
    }
  });
});

describe("a run that fails", () => {
  const failing = openRun(trace("failing"));

  it("ends in a step about the error, at the expression that failed", () => {
    const last = steps(failing, "op").at(-1);
    expect(last?.kind).toBe("error");
    expect(last?.span == null ? null : failing.source(last.span)).toBe("y.sum().backward()");
  });
});
