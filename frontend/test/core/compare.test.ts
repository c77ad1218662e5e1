/** Two runs side by side: the lesson against itself, and against a run that did less. */

import { describe, expect, it } from "vitest";
import { align, rowsOf } from "../../src/core/compare";
import { openRun } from "../../src/core/run";
import { steps, trace } from "../golden";

const training = openRun(trace("training"));
const failing = openRun(trace("failing"));

describe("a run and itself", () => {
  const own = steps(training, "op");
  it("match step by step", () => {
    expect(align(training, own, training, own)).toEqual(own.map((_, index) => index + 1));
  });
  it("have no row that differs", () => {
    const end = training.trace.events.length;
    const rows = rowsOf(training, end, training, end);
    expect(rows.map(({ name }) => name)).toContain("w.grad");
    expect(rows.filter(({ kept, now }) => kept !== now)).toEqual([]);
  });
});

describe("runs of other code", () => {
  it("never go back in the kept one", () => {
    const reached = align(failing, steps(failing, "op"), training, steps(training, "op"));
    expect(reached.every((step, i) => i === 0 || step >= (reached[i - 1] ?? 0))).toBe(true);
  });
});

describe("two moments of one run", () => {
  const first = training.backwards[0] ?? 0;
  const second = training.backwards[1] ?? 0;
  it("differ in what was trained between them, and by hand: w was [3, 4] and is [-8, -18]", () => {
    const w = rowsOf(training, first, training, second).find(({ name }) => name === "w");
    expect(w).toEqual({ name: "w", kept: "[3, 4]", now: "[-8, -18]" });
  });
  it("agree in the data", () => {
    const x = rowsOf(training, first, training, second).find(({ name }) => name === "x");
    expect(x?.kept).toBe(x?.now);
  });
});
