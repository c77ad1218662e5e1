import { describe, expect, it } from "vitest";
import { oddityOf } from "../../src/core/oddities";
import { statisticsOf } from "../../src/core/statistics";
import { type Numbers, numbersOf } from "../../src/core/values";
import type { Trace } from "../../src/schema/trace";

const floats = (...data: number[]): Numbers => ({
  shape: [data.length],
  dtype: "float32",
  data,
  truncated: false,
});
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

describe("statistics", () => {
  it("are over the finite numbers, and count the others", () => {
    expect(statisticsOf(floats(3, -4, nan, inf, 0))).toMatchObject({
      ...{ total: 5, min: -4, max: 3, norm: 5, nan: 1, infinite: 1, zeros: 1 },
    });
    expect(statisticsOf(floats(3, -4, nan, inf, 0)).mean).toBeCloseTo(-1 / 3);
  });

  it("put every finite number into one bin of the histogram, the largest into the last", () => {
    const { histogram } = statisticsOf(floats(0, 1, 2, 3, 16, nan));
    expect(histogram).toMatchObject({ low: 0, high: 16 });
    expect(histogram?.counts).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it("are those of the run for what it lists in part", () => {
    const summary = { min: -9, max: 9, mean: 0.5, norm: 20, nan: 2, infinite: 1, histogram: null };
    const part = { ...floats(1, 2), shape: [100], truncated: true, summary };
    expect(statisticsOf(part)).toMatchObject({ total: 100, known: 2, min: -9, max: 9, nan: 2, zeros: null });
  });

  it("of a storage do not pass for those of a view of a part of it", () => {
    const summary = { min: 0, max: 99, mean: 49, norm: 570, nan: 0, infinite: 0, histogram: null };
    const tensor = (shape: number[], offset: number) => ({
      storage: 0,
      offset,
      shape,
      strides: [1],
      dtype: "float32",
    });
    const trace = {
      options: { max_elements: 10 },
      tensors: [tensor([100], 0), tensor([5], 0)],
      values: [
        {
          storage: 0,
          version: 0,
          shape: [100],
          dtype: "float32",
          data: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
          summary,
        },
      ],
    } as unknown as Trace;
    expect(statisticsOf(numbersOf(trace, 0, 0)).max).toBe(99);
    expect(statisticsOf(numbersOf(trace, 0, 1)).max).toBe(4);
  });
});

describe("what calls for a mark", () => {
  it.each<[string, number[], string | null]>([
    ["a NaN, above all", [1, nan, inf], "nan"],
    ["an infinity", [1, -inf], "infinite"],
    ["nothing but zeros", [0, -0], "zeros"],
    ["a magnitude of a million", [0, -1e6], "exploding"],
    ["no magnitude of a millionth", [1e-7, -1e-9], "vanishing"],
    ["nothing about ordinary numbers", [0, 1e-9, 3], null],
  ])("is %s", (_, data, odd) => {
    expect(oddityOf(floats(...data))).toBe(odd);
  });

  it("is nothing about whole numbers and truth values", () => {
    expect(oddityOf({ ...floats(0, 0), dtype: "int64" })).toBeNull();
    expect(oddityOf({ ...floats(1e9), dtype: "int64" })).toBeNull();
    expect(oddityOf({ ...floats(), dtype: "bool", data: [false], shape: [1] })).toBeNull();
  });
});
