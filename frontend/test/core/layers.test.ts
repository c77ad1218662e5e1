/** Modules and optimizers: a network of three layers, trained for two steps. */

import { describe, expect, it } from "vitest";
import { narrate } from "../../src/core/narrate";
import { openRun } from "../../src/core/run";
import { components, openAtFirst, viewGraph } from "../../src/core/viewgraph";
import { steps, trace } from "../golden";

const run = openRun(trace("layers"));
const everything = {
  open: new Set(run.trace.scopes.keys()),
  focus: new Set(components(run).keys()),
};

describe("a network", () => {
  const graph = viewGraph(run, everything);
  const labels = graph.groups.map(({ label }) => label);

  it("is a box named as the code calls it, with a box for each layer of more than one op", () => {
    expect(labels).toContain("net(torch.ones(1, 2)) · Sequential");
    expect(labels).toContain("0: Linear");
    expect(labels).not.toContain("1: Tanh");
  });

  it("holds its layers", () => {
    const outer = graph.groups.find(({ label }) => label.endsWith("Sequential"));
    const layer = graph.groups.find(({ label }) => label === "0: Linear");
    expect(layer?.parent).toBe(outer?.id);
  });

  it("has one card for each parameter, named by its variable, that requires a gradient", () => {
    const leaves = graph.cards.filter(({ name, kind }) => name.startsWith("net.") && kind === "leaf");
    expect(leaves.map(({ name }) => name)).toEqual([
      "net.0.weight",
      "net.0.bias",
      "net.2.weight",
      "net.2.bias",
    ]);
    expect(leaves.every(({ requiresGrad }) => requiresGrad)).toBe(true);
  });
});

describe("an optimizer's step", () => {
  it("is folded until the player is in it", () => {
    const [first, ...rest] = steps(run, "op");
    const inside = rest.find(({ scope }) => scope !== null && run.trace.scopes[scope]?.kind === "optimizer");
    const isOpen = (step: typeof first) =>
      [...openAtFirst(run, step)].some((scope) => run.trace.scopes[scope]?.kind === "optimizer");
    expect([isOpen(first), isOpen(inside)]).toEqual([false, true]);
  });
});

describe("a backward pass under create_graph", () => {
  const second = openRun(trace("second_order"));
  const graph = viewGraph(second, {
    open: new Set(second.trace.scopes.keys()),
    focus: new Set(components(second).keys()),
  });
  const [pass, vjp, ...more] = graph.groups;

  it("is a layer of its own, named as the code calls it", () => {
    expect([pass?.kind, pass?.label, pass?.parent]).toEqual([
      "backward",
      "y.backward(create_graph=True)",
      null,
    ]);
  });

  it("holds what each node's VJP recorded, and says which node that was", () => {
    expect([vjp?.kind, vjp?.label, vjp?.parent]).toEqual(["vjp", "PowBackward0 (y)", pass?.id]);
    expect(graph.cards.find(({ node }) => node === vjp?.node)?.name).toBe("y");
    expect(more).toEqual([]);
  });
});

describe("a layer's result", () => {
  it("is called by its layer, since no variable names it", () => {
    const said = steps(run, "op").map((step) => JSON.stringify(narrate(run, step)));
    expect(said.some((text) => text.includes("2: Linear · addmm"))).toBe(true);
  });
});
