import { describe, expect, test } from "vitest";
import { heatOf } from "../src/graph/heat";

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

  test("that are not finite, or not known, have no weight and do not set the scale", () => {
    const heat = heatOf(numbers([4], [Number.NaN, Number.POSITIVE_INFINITY, null, 2]), 1, 4);
    expect(heat.scale).toBe(2);
    expect(heat.cells.map(({ weight }) => weight)).toEqual([null, null, null, 1]);
  });

  test("are thinned out evenly where there are too many", () => {
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
      0, 10, 20, 30, 40, 50, 60, 70, 80, 90,
    ]);
  });

  test("that are all zero are all colourless", () => {
    expect(heatOf(numbers([2], [0, 0]), 1, 2).cells.map(({ weight }) => weight)).toEqual([0, 0]);
  });
});
