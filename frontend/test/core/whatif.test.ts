/** Slopes by finite differences, and the roots and gradients of the recorded runs, worked out by hand. */

import { describe, expect, it } from "vitest";
import { fullGraph } from "../../src/core/cards";
import { openRun } from "../../src/core/run";
import {
  differenceOf,
  relativeError,
  rootName,
  rootOf,
  STENCIL,
  slopeOf,
  stepAt,
  variableOp,
} from "../../src/core/whatif";
import { trace } from "../golden";

const training = openRun(trace("training"));
const cardOf = (name: string, kind: string) => {
  const card = fullGraph(training).cards.find((each) => each.name === name && each.kind === kind);
  if (!card) throw new Error(`no ${name}`);
  return card;
};
const end = training.trace.events.length;

describe("finite differences", () => {
  it.each([
    ["sin", Math.sin, Math.cos],
    ["exp", Math.exp, Math.exp],
    ["x**4", (x: number) => x ** 4, (x: number) => 4 * x ** 3],
  ])("of %s are its derivative", (_, f, slope) => {
    for (const point of [-3, -0.5, 0, 1, 20]) {
      const step = stepAt(point);
      const found = differenceOf(
        STENCIL.map((steps) => f(point + steps * step)),
        step,
      );
      expect(relativeError(found, slope(point))).toBeLessThan(0.002);
    }
  });
  it("that agree wholly are no part apart, also at zero", () => {
    expect([relativeError(2, 2), relativeError(0, 0), relativeError(1, 2)]).toEqual([0, 0, 0.5]);
  });
});

describe("the root of a backward pass", () => {
  it("is the loss of that pass: 11 squared, then 55 squared", () => {
    expect([rootOf(training, 1), rootOf(training, 2)]).toEqual([121, 3025]);
    expect(rootName(training, 1)).toBe("loss");
  });
  it("is none for a pass that there was not", () => {
    expect(rootOf(training, 9)).toBeNull();
  });
});

describe("the slope of a leaf", () => {
  it("is what the last pass that reached it brought", () => {
    const w = cardOf("w", "leaf");
    const first = slopeOf(training, w, 0);
    expect([first?.pass, first?.gradient.data]).toEqual([1, [22, 44]]);
    expect(slopeOf(training, w, end)?.pass).toBe(3);
  });
  it("is none for data", () => {
    expect(slopeOf(training, cardOf("x", "leaf"), end)).toBeNull();
  });
});

describe("what can be varied", () => {
  it("is what an op made, by that op", () => {
    const w = cardOf("w", "leaf");
    expect(variableOp(training, w)).toBe(w.op);
  });
  it("is nothing that was filled in place, such as a layer's parameter", () => {
    const layers = openRun(trace("layers"));
    const weight = fullGraph(layers).cards.find(
      ({ name, kind }) => name === "net.0.weight" && kind === "leaf",
    );
    expect(weight && variableOp(layers, weight)).toBeNull();
  });
  it("is no view", () => {
    const run = openRun(trace("in_place"));
    const view = fullGraph(run).cards.find(({ name, kind }) => name === "v" && kind === "op");
    expect(view && variableOp(run, view)).toBeNull();
  });
});
