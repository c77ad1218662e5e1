import { describe, expect, it } from "vitest";
import { cardState, edgeState } from "../../src/core/state";
import type { Step } from "../../src/core/types";
import { numbersOf } from "../../src/core/values";
import { components, viewGraph } from "../../src/core/viewgraph";
import { en } from "../../src/i18n/en";
import { gradientNotes } from "../../src/views/graph/notes";
import { lesson, opOf, steps, stepsOfCell } from "../golden";
import { runsOf } from "../runs";

const everything = viewGraph(lesson, {
  open: new Set(lesson.trace.scopes.keys()),
  focus: new Set(components(lesson).keys()),
});
const card = (source: string) => everything.cards.find(({ id }) => id === `o${opOf(25, source)}`);
const x = everything.cards.find(({ name }) => name === "x");
const edge = (from: string | undefined, to: string | undefined) =>
  everything.edges.find(({ source, target }) => source === from && target === to);
const numbers = (value: number | null | undefined) =>
  value == null ? value : numbersOf(lesson.trace, value).data;

const [toSum, toMul, accumulate] = stepsOfCell(25).filter(({ direction, kind }) => {
  return direction === "backward" && kind !== "backward_begin";
}) as [Step, Step, Step];

function cardAt(which: ReturnType<typeof card>, step: Step) {
  if (!which) throw new Error("no such card");
  return cardState(lesson, which, step);
}

function edgeAt(which: ReturnType<typeof edge>, step: Step) {
  if (!which) throw new Error("no such edge");
  return edgeState(lesson, which, step);
}

describe("going back through z = u * x", () => {
  const xToZ = edge(x?.id, card("u * x")?.id);
  const uToZ = edge(card("y.detach()")?.id, card("u * x")?.id);
  const yToU = edge(card("x * x")?.id, card("y.detach()")?.id);

  it("lights z and the edge to x, with u as the gradient on it", () => {
    expect(cardAt(card("u * x"), toMul)).toMatchObject({ state: "active", direction: "backward" });
    expect(numbers(cardAt(card("u * x"), toMul).cotangent)).toEqual([1, 1, 1, 1]);
    expect(edgeAt(xToZ, toMul)).toMatchObject({ state: "active", direction: "backward" });
    expect(numbers(edgeAt(xToZ, toMul).cotangent)).toEqual([0, 1, 4, 9]);
  });

  it("sends nothing to u or from u to y, at any step of the lesson", () => {
    for (const step of steps(lesson, "op")) {
      for (const cut of [uToZ, yToU]) {
        expect(edgeAt(cut, step).cotangent).toBeNull();
        expect(edgeAt(cut, step).direction).not.toBe("backward");
      }
    }
  });

  it("changes x.grad from zeros to u, in the step that accumulates", () => {
    expect(cardAt(x, toMul).gradBefore).toBeUndefined();
    const { state, direction, gradBefore, grad } = cardAt(x, accumulate);
    expect({ state, direction }).toEqual({ state: "active", direction: "backward" });
    expect(numbers(gradBefore)).toEqual([0, 0, 0, 0]);
    expect(numbers(grad)).toEqual([0, 1, 4, 9]);
  });

  it("has what arrives at x before it is accumulated", () => {
    expect(cardAt(x, toSum).received).toEqual([]);
    expect(cardAt(x, toMul).received.map(numbers)).toEqual([[0, 1, 4, 9]]);
  });
});

describe("a card", () => {
  it("is pending until its op ran, active while it runs, done after", () => {
    const z = card("u * x");
    const run = steps(lesson, "op").findIndex(({ op, direction }) => op === z?.op && direction === "forward");
    const at = (position: number) => cardAt(z, steps(lesson, "op")[position] as Step);
    expect(at(run - 1)).toMatchObject({ state: "pending", value: null });
    expect(at(run)).toMatchObject({ state: "active", direction: "forward", name: "z" });
    expect(numbers(at(run).value)).toEqual([0, 1, 8, 27]);
    expect(at(run + 1).state).toBe("done");
  });

  it("says requires_grad only from when it was asked for", () => {
    const [made, , asked] = [stepsOfCell(2)[1], null, stepsOfCell(3)[0]];
    expect(cardAt(x, made as Step).requiresGrad).toBe(false);
    expect(cardAt(x, asked as Step).requiresGrad).toBe(true);
  });

  it("is marked freed once its buffers are", () => {
    expect(cardAt(card("u * x"), toSum).freed).toBe(false);
    expect(cardAt(card("u * x"), toMul).freed).toBe(true);
  });
});

describe("a leaf that is written in place between two passes", () => {
  const code = [
    "import torch",
    "w = torch.tensor(1.0, requires_grad=True)",
    "(w * 2).backward()",
    "with torch.no_grad():",
    "    w -= 0.5",
    "(w * w).backward()",
    "w.grad",
  ];
  const run = runsOf({ written: [code.join("\n")] }).get("written");
  if (!run) throw new Error("no run");
  const graph = viewGraph(run, {
    open: new Set(run.trace.scopes.keys()),
    focus: new Set(components(run).keys()),
  });
  const notes = (kind: string, k: Step) => {
    const found = graph.cards.find((each) => each.kind === kind && each.tensor === 0);
    if (!found) throw new Error(`no ${kind}`);
    return gradientNotes(run, found, cardState(run, found, k), en).map(({ text }) => text);
  };
  const last = steps(run, "op").at(-1) as Step;

  // w.grad is 2 after the first pass, and 2 + 2 * 0.5 = 3 after the second, which brings 1.
  it("shows its .grad on its later card, not what the last pass brought", () => {
    expect(notes("op", last)).toEqual(["grad 3"]);
  });

  it("is not at work on its later card before that is there", () => {
    const later = graph.cards.find((each) => each.kind === "op" && each.tensor === 0);
    const gets = steps(run, "op").filter(({ from, to }) =>
      run.trace.events.slice(from, to).some(({ kind }) => kind === "accumulate"),
    );
    // Of the two passes the first ends before the write.
    expect(later && gets.map((step) => cardState(run, later, step).state)).toEqual(["pending", "active"]);
  });

  it("says nothing of a gradient on the card from before", () => {
    const written = steps(run, "op").find(
      ({ op }) => op !== null && run.trace.ops[op]?.name.startsWith("sub"),
    );
    if (!written) throw new Error("no write");
    expect(notes("leaf", { ...written, to: written.from })).toEqual(["grad 2"]);
    expect(notes("leaf", written)).toEqual([]);
    expect(notes("leaf", last)).toEqual([]);
  });

  it("leaves what an earlier pass brought to others on their cards, and says which pass", () => {
    const product = graph.cards.find(({ op }) => op !== null && run.trace.ops[op]?.name === "mul");
    if (!product) throw new Error("no product");
    const note = (k: Step) => gradientNotes(run, product, cardState(run, product, k), en)[0];
    expect(note(last)).toMatchObject({ text: "grad 1 · backward 1", class: "faint" });
    const made = steps(run, "op").find(({ op }) => op !== null && run.trace.ops[op]?.name === "mul") as Step;
    expect(note(made)?.text).toBe(en.graph.noGradYet);
  });
});

describe("an edge", () => {
  it("is active forward with the op it feeds", () => {
    const step = stepsOfCell(25).find(({ op }) => op === opOf(25, "u * x")) as Step;
    expect(edgeAt(edge(x?.id, card("u * x")?.id), step)).toEqual({
      state: "active",
      direction: "forward",
      cotangent: null,
    });
  });
});

describe("a pass of autograd.grad over a leaf that has a gradient", () => {
  const run = runsOf({
    it: [
      "import torch\nx = torch.tensor([1., 2.], requires_grad=True)\n(x * x).sum().backward()\ng, = torch.autograd.grad(x.sum(), x)",
    ],
  }).get("it");

  it("does not say that what arrives is added to that", () => {
    if (!run) throw new Error("it did not run");
    const { cards } = viewGraph(run, { open: new Set(), focus: new Set(components(run).keys()) });
    const leaf = cards.find(({ name }) => name === "x");
    const notes = steps(run, "op").flatMap((step) => {
      if (!leaf || step.backward === null) return [];
      const [fullest] = gradientNotes(run, leaf, cardState(run, leaf, step), en);
      return fullest ? [fullest.text] : [];
    });
    expect(notes).toContain("grad [2, 4] · arriving [1, 1]");
    expect(notes.filter((note) => note.includes("[2, 4] +"))).toEqual([]);
  });
});

describe("the ways from an op to its further outputs", () => {
  const run = runsOf({
    parts: ["import torch\nx = torch.ones(4, requires_grad=True)\na, b = x.split(2)\ny = a * b"],
  }).get("parts");
  if (!run) throw new Error("no run");
  const graph = viewGraph(run, { open: new Set(), focus: new Set(components(run).keys()) });
  const ways = graph.edges.filter(({ edges }) => edges.length === 0);
  const statesAt = (step: Step) => ways.map((way) => edgeState(run, way, step).state);

  it("are to come until the op has run", () => {
    const all = steps(run, "op");
    const split = all.findIndex(({ op }) => op !== null && run.trace.ops[op]?.name === "split");
    expect(ways).toHaveLength(2);
    expect(statesAt(all[split - 1] as Step)).toEqual(["pending", "pending"]);
    expect(statesAt(all[split] as Step)).toEqual(["done", "done"]);
  });
});
