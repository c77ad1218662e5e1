import { describe, expect, it } from "vitest";
import { formatNumbers } from "../../src/core/format";
import { isSumOf, numbersOf, tensorNumbers } from "../../src/core/values";
import type { Tensor, Trace, Value } from "../../src/schema/trace";
import { trace } from "../golden";

/** A trace with one storage at version 2 and one tensor on it. */
function traceOf(data: Value["data"], size: number, view: Partial<Tensor>, maxElements = 1000): Trace {
  const small = trace("small");
  const tensor = { ...(small.tensors[0] as Tensor), storage: 0, offset: 0, ...view };
  const value = { storage: 0, version: 2, shape: [size], dtype: "float32", data, summary: null };
  return {
    ...small,
    tensors: [tensor],
    values: [value],
    options: { seed: null, max_elements: maxElements },
  };
}

describe("a tensor's numbers", () => {
  it("are read by columns for a transpose", () => {
    const numbers = tensorNumbers(traceOf([0, 1, 2, 3, 4, 5], 6, { shape: [3, 2], strides: [1, 3] }), 0, 2);
    expect(numbers).toMatchObject({ data: [0, 3, 1, 4, 2, 5], truncated: false });
  });

  it("are those of a value before that theirs names", () => {
    const of = traceOf([0, 1, 2, 3, 4, 5], 6, { shape: [3, 2], strides: [1, 3] });
    const naming = { storage: null, version: null, shape: [2, 3], dtype: "float32", data: 0, summary: null };
    of.values.push(naming, { ...naming, storage: 0, version: 3, shape: [6] });
    expect(numbersOf(of, 1)).toMatchObject({ shape: [2, 3], data: [0, 1, 2, 3, 4, 5], truncated: false });
    expect(tensorNumbers(of, 0, 3)?.data).toEqual([0, 3, 1, 4, 2, 5]);
  });

  it("start at the offset for a slice", () => {
    const numbers = tensorNumbers(
      traceOf([0, 1, 2, 3, 4, 5], 6, { offset: 1, shape: [3], strides: [2] }),
      0,
      2,
    );
    expect(numbers?.data).toEqual([1, 3, 5]);
  });

  it("repeat for an expanded scalar", () => {
    const numbers = tensorNumbers(traceOf([7], 1, { shape: [2, 2], strides: [0, 0] }), 0, 2);
    expect(numbers?.data).toEqual([7, 7, 7, 7]);
  });

  it("are null where the trace was cut short", () => {
    const numbers = tensorNumbers(traceOf([0, 1, 2], 6, { shape: [3, 2], strides: [1, 3] }), 0, 2);
    expect(numbers).toMatchObject({ data: [0, null, 1, null, 2, null], truncated: true });
  });

  it("are no more than max_elements", () => {
    const numbers = tensorNumbers(traceOf([7], 1, { shape: [1000], strides: [0] }, 3), 0, 2);
    expect(numbers).toMatchObject({ data: [7, 7, 7], truncated: true });
  });

  it("are two each for complex numbers, which read as sums", () => {
    const view = { offset: 1, shape: [2], strides: [1], dtype: "complex64" };
    const numbers = numbersOf(traceOf([0, 0, 3, -4, "NaN", 2], 3, view), 0, 0);
    expect(numbers.data).toEqual([5, Number.NaN]);
    expect(formatNumbers(numbers)).toBe("[3-4i, nan+2i]");
  });

  it("are every second one for imaginary parts", () => {
    const view = { offset: 1, shape: [2], strides: [2] };
    expect(numbersOf(traceOf([1, 2, 3, 4], 2, view), 0, 0).data).toEqual([2, 4]);
  });

  it("come back from JSON though it lacks them", () => {
    const numbers = numbersOf(traceOf(["NaN", "Infinity", "-Infinity"], 3, { shape: [3], strides: [1] }), 0);
    expect(numbers.data).toEqual([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  });

  it("are not there for a version that was not recorded", () => {
    expect(tensorNumbers(traceOf([1], 1, { shape: [1], strides: [1] }), 0, 1)).toBeNull();
  });
});

describe("a gradient that came along several edges", () => {
  const numbers = (...data: number[]) => ({ shape: [data.length], dtype: "float32", data, truncated: false });

  it("is their sum, rounded or not, and without a number where that has none", () => {
    expect(isSumOf(numbers(5, 5), [numbers(3, 3), numbers(2, 2)])).toBe(true);
    expect(isSumOf(numbers(0.4009), [numbers(0.3008), numbers(0.1001)])).toBe(true);
    expect(
      isSumOf(numbers(Number.NaN), [numbers(Number.POSITIVE_INFINITY), numbers(Number.NEGATIVE_INFINITY)]),
    ).toBe(true);
    expect(isSumOf(numbers(Number.POSITIVE_INFINITY), [numbers(Number.POSITIVE_INFINITY)])).toBe(true);
  });

  it("is another where a hook made another of it", () => {
    expect(isSumOf(numbers(50, 50), [numbers(3, 3), numbers(2, 2)])).toBe(false);
    expect(isSumOf(numbers(2, 1), [numbers(2, 2)])).toBe(false);
    expect(isSumOf(numbers(Number.NaN), [numbers(2)])).toBe(false);
    expect(isSumOf(numbers(1), [numbers(0)])).toBe(false);
  });
});
