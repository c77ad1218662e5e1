import { describe, expect, test } from "vitest";
import { heatOf } from "../src/graph/heat";
import { scaleText } from "../src/graph/shown";

const numbers = (shape: number[], data: (number | null)[]) => ({
  shape,
  dtype: "float32",
  data,
  truncated: false,
});

describe("numbers as colours", () => {
  test("are weighed by the largest magnitude, with their sign", () => {
    const heat = heatOf(numbers([2, 2], [1, -4, 0, 2]), 8, 8);
    expect(heat.scale).toBe(4);
    expect(heat.cells.map(({ weight }) => weight)).toEqual([0.25, -1, 0, 0.5]);
  });

  test("do not set a scale where they are true or false, though what is true is tinted", () => {
    const truths = { ...numbers([2], []), dtype: "bool", data: [true, false] };
    const heat = heatOf(truths, 1, 2);
    expect(heat.scale).toBe(0);
    expect(heat.cells.map(({ weight }) => weight)).toEqual([1, 0]);
    expect(scaleText(truths)).toBe("");
  });

  test("that are not finite, or not known, have no weight and do not set the scale", () => {
    const heat = heatOf(numbers([4], [Number.NaN, Number.POSITIVE_INFINITY, null, 2]), 1, 4);
    expect(heat.scale).toBe(2);
    expect(heat.cells.map(({ weight }) => weight)).toEqual([null, null, null, 1]);
  });

  test("are taken together evenly where there are too many, the largest of each stretch on view", () => {
    const heat = heatOf(
      numbers(
        [1, 100],
        Array.from({ length: 100 }, (_, i) => i),
      ),
      4,
      10,
    );
    expect([heat.rows, heat.columns]).toEqual([1, 10]);
    expect(heat.cells.map(({ weight }) => Math.round((weight ?? 0) * 99))).toEqual([
      9, 19, 29, 39, 49, 59, 69, 79, 89, 99,
    ]);
  });

  test("that are no numbers show through whatever they are taken together with", () => {
    const heat = heatOf(numbers([1, 6], [5, Number.NaN, 1, 2, -1, Number.NEGATIVE_INFINITY]), 1, 3);
    expect(heat.cells.map(({ odd, weight }) => odd ?? weight)).toEqual(["nan", 0.4, "infinite"]);
  });

  test("that are all zero are all colourless", () => {
    expect(heatOf(numbers([2], [0, 0]), 1, 2).cells.map(({ weight }) => weight)).toEqual([0, 0]);
  });
});
