/** Slopes by finite differences, and the roots and gradients of the recorded runs, worked out by hand. */

import { describe, expect, it } from "vitest";
import { fullGraph } from "../../src/core/cards";
import { openRun } from "../../src/core/run";
import {
  differenceOf,
  numbersAfter,
  relativeError,
  rootName,
  rootOf,
  STENCIL,
  slopeOf,
  stepAt,
  variableOp,
} from "../../src/core/whatif";
import { trace } from "../golden";
import { runsOf } from "../runs";

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
  it("is no view", () => {
    const run = openRun(trace("in_place"));
    const view = fullGraph(run).cards.find(({ name, kind }) => name === "v" && kind === "op");
    expect(view && variableOp(run, view)).toBeNull();
  });
});

describe("what was filled in place", () => {
  const LINEAR = "import torch\nm = torch.nn.Linear(2, 1)\nm(torch.ones(3, 2)).sum().backward()\n";
  const FILLED =
    "import torch\nw = torch.zeros(3)\nw.fill_(2.)\nw[0] = 5.\nw.requires_grad_()\n(w * w).sum().backward()\n";
  const UPDATED =
    "import torch\nw = torch.ones(2, requires_grad=True)\n(w * w).sum().backward()\nwith torch.no_grad():\n    w -= 0.1 * w.grad\n";
  const runs = runsOf({ linear: [LINEAR], filled: [FILLED], updated: [UPDATED] });

  /** The op to replace for the first card of a name, and what it left there. */
  const variable = (name: string, of: string) => {
    const run = runs.get(of);
    const card = run && fullGraph(run).cards.find((each) => each.name === name);
    const op = card ? variableOp(run, card) : null;
    if (!run || !card || op === null) return null;
    return [run.trace.ops[op]?.name, numbersAfter(run, op, card.tensor ?? -1)?.data.length];
  };

  it("is varied where it was filled last: a weight in its initialisation, a tensor where an element was set", () => {
    expect(variable("m.weight", "linear")).toEqual(["uniform_", 2]);
    expect(variable("m.bias", "linear")).toEqual(["uniform_", 1]);
    expect(variable("w", "filled")).toEqual(["copy_", 3]);
  });

  it("is not where it was updated after it had been used", () => {
    expect(variable("w", "updated")).toEqual(["ones", 2]);
  });
});
