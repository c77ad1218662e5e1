import { describe, expect, it, test } from "vitest";
import { coarseDifferences, coarseStretches, stretches } from "../src/graph/stretches";

test("neighbouring steps of one direction are one stretch, and the stretches cover every step once", () => {
  const directions = ["forward", "forward", "backward", "forward", "backward", "backward"] as const;
  expect(stretches(directions.map((direction) => ({ direction })))).toEqual([
    { direction: "forward", from: 0, to: 2 },
    { direction: "backward", from: 2, to: 3 },
    { direction: "forward", from: 3, to: 4 },
    { direction: "backward", from: 4, to: 6 },
  ]);
  expect(stretches([])).toEqual([]);
});

describe("a slider of a long run", () => {
  const steps = Array.from({ length: 10_000 }, (_, i) => ({
    direction: i % 10 < 3 ? ("backward" as const) : ("forward" as const),
  }));

  it("has no more stretches than can be seen, which still cover it", () => {
    const found = coarseStretches(steps, 240);
    expect(found.length).toBeLessThanOrEqual(240);
    expect([found[0]?.from, found.at(-1)?.to]).toEqual([0, 10_000]);
    found.slice(1).forEach(({ from }, i) => {
      expect(from).toBe(found[i]?.to);
    });
  });

  it("is as it was where there is room", () => {
    expect(coarseStretches(steps.slice(0, 40), 240)).toEqual(stretches(steps.slice(0, 40)));
  });
});

describe("the differences of two runs on the slider", () => {
  it("stand after the row that differs", () => {
    expect(coarseDifferences([null, "only", null, "values"], 160)).toEqual([
      { at: 2, kind: "only" },
      { at: 4, kind: "values" },
    ]);
  });

  it("are no more than can be told apart, the first of each part", () => {
    const found = coarseDifferences(
      Array.from({ length: 10_000 }, () => "values"),
      160,
    );
    expect(found).toHaveLength(160);
    expect(found[0]).toEqual({ at: 1, kind: "values" });
  });
});
