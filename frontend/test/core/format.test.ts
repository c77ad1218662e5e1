import { describe, expect, it } from "vitest";
import {
  added,
  formatBriefly,
  formatNumbers,
  formatScalar,
  formatTable,
  signed,
} from "../../src/core/format";
import type { Numbers, Scalar } from "../../src/core/values";

function numbers(shape: number[], data: Scalar[], truncated = false): Numbers {
  return { shape, dtype: "float32", data, truncated };
}

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

describe("a scalar", () => {
  it.each([
    [Math.cos(0.5), "0.8776"],
    [28, "28"],
    [0.5, "0.5"],
    [-2.25, "-2.25"],
    [Number.NaN, "nan"],
    [Number.POSITIVE_INFINITY, "inf"],
    [Number.NEGATIVE_INFINITY, "-inf"],
    [-0, "-0"],
    [1 / 3, "0.3333"],
    // PyTorch: tensor([0.0312, 0.0938, -0.0312, 0.1562]).
    [1 / 32, "0.0312"],
    [3 / 32, "0.0938"],
    [-1 / 32, "-0.0312"],
    [5 / 32, "0.1562"],
    [1.25e-5, "1.25e-05"],
    [3e10, "3e+10"],
    [true, "True"],
    [false, "False"],
    [null, "?"],
  ])("%s reads %s", (value, text) => {
    expect(formatScalar(value)).toBe(text);
  });
});

describe("a tensor", () => {
  it("reads as nested lists", () => {
    expect(formatNumbers(numbers([4], [0, 1, 4, 9]))).toBe("[0, 1, 4, 9]");
    expect(formatNumbers(numbers([2, 2], [1, 2, 3, 4]))).toBe("[[1, 2], [3, 4]]");
    expect(formatNumbers(numbers([], [28]))).toBe("28");
    expect(formatNumbers(numbers([0], []))).toBe("[]");
  });

  it("keeps both ends of a long row", () => {
    expect(formatNumbers(numbers([100], range(100)), 6)).toBe("[0, 1, 2, 3, …, 99]");
  });

  it("claims no end that the trace does not hold", () => {
    expect(formatNumbers(numbers([100], range(10), true), 6)).toBe("[0, 1, 2, 3, …]");
  });
});

describe("a sum", () => {
  it("takes away what is below zero, and leaves tensors their signs", () => {
    expect(added(["3", "-0.4629", "2"])).toBe("3 − 0.4629 + 2");
    expect(added(["-1", "-inf"])).toBe("-1 − inf");
    expect(added(["[1, 0]", "[-2, 3]"])).toBe("[1, 0] + [-2, 3]");
    expect(signed("-0.4629")).toBe("− 0.4629");
    expect(signed("2")).toBe("+ 2");
  });
});

describe("a table", () => {
  it("has a matrix's rows with equal decimals", () => {
    expect(formatTable(numbers([2, 2], [1, 2.5, -3, 0.125]))).toEqual([
      ["1.000", "2.500"],
      ["-3.000", "0.125"],
    ]);
  });

  it("keeps the sign of a zero, as PyTorch prints it", () => {
    expect(formatTable(numbers([3], [-0.25, 0, -0]))).toEqual([["-0.25", "0.00", "-0.00"]]);
  });

  it("has one row for a vector", () => {
    expect(formatTable(numbers([2], [true, false]))).toEqual([["True", "False"]]);
  });

  it("is not made of what would not fit", () => {
    expect(formatTable(numbers([9], range(9)), 8, 8)).toBeNull();
    expect(formatTable(numbers([2, 2, 2], range(8)))).toBeNull();
  });
});

describe("a tensor in a sentence", () => {
  it("is written out while it is small", () => {
    expect(formatBriefly(numbers([2, 3], range(6)))).toBe("[[0, 1, 2], [3, 4, 5]]");
  });
  it("is its corner when it is a large matrix", () => {
    expect(formatBriefly(numbers([4, 3], range(12)))).toBe("[[0, 1, …], …]");
    expect(formatBriefly(numbers([8, 1], range(8)))).toBe("[[0], …]");
    expect(formatBriefly(numbers([1, 8], range(8)))).toBe("[[0, 1, …]]");
  });
  it("is its first and last numbers and its shape when it has more axes than a matrix", () => {
    expect(formatBriefly(numbers([2, 2, 2], range(8)))).toBe("[0, 1, …, 7] (2×2×2)");
    expect(formatBriefly(numbers([2, 1, 2, 3], range(12)))).toBe("[0, 1, …, 11] (2×1×2×3)");
    expect(formatBriefly({ ...numbers([50, 50, 2], range(4)), truncated: true })).toBe("[0, 1, …] (50×50×2)");
    expect(formatBriefly(numbers([1, 2, 2], range(4)))).toBe("[[[0, 1], [2, 3]]]");
  });
});
