import { describe, expect, it } from "vitest";
import type { Numbers } from "../src/core/values";
import { roughMeasure } from "../src/graph/measure";
import { showValue, sizeOfShown } from "../src/graph/shown";

const numbers = (shape: number[], data: number[]): Numbers => ({
  shape,
  dtype: "float32",
  data,
  truncated: false,
});

describe("a value on a card", () => {
  it("is a plain number if it is one", () => {
    expect(showValue(numbers([], [0.5]))).toMatchObject({ kind: "text", text: "0.5", parts: [] });
  });

  it("is a line if it is a short vector, each number tinted where it stands", () => {
    const shown = showValue(numbers([3], [1, -2, 0.5]));
    if (shown.kind !== "text") throw new Error(shown.kind);
    expect(shown.parts.map(({ from, to }) => shown.text.slice(from, to))).toEqual(["1", "-2", "0.5"]);
    expect(shown.parts.map(({ weight }) => weight)).toEqual([0.5, -1, 0.25]);
  });

  it("is a table if it is a small matrix", () => {
    const shown = showValue(numbers([2, 2], [1, -2, 0.5, 0]));
    expect(shown).toMatchObject({
      kind: "table",
      cells: [
        ["1.0", "-2.0"],
        ["0.5", "0.0"],
      ],
    });
  });

  it("is a picture with its scale if it is large", () => {
    const shown = showValue(
      numbers(
        [5, 20],
        Array.from({ length: 100 }, (_, i) => i - 80),
      ),
    );
    expect(shown).toMatchObject({ kind: "large", text: "[5, 20]", scale: "±80" });
  });

  it("is marked where it is all zero only if one cannot read that", () => {
    expect(showValue(numbers([2], [0, 0])).odd).toBeNull();
    expect(
      showValue(
        numbers(
          [40],
          Array.from({ length: 40 }, () => 0),
        ),
      ).odd,
    ).toBe("zeros");
  });

  it("takes the same room whatever numbers of one kind it holds", () => {
    const large = (of: number) =>
      numbers(
        [9, 9],
        Array.from({ length: 81 }, () => of),
      );
    const height = (of: Numbers) => sizeOfShown(showValue(of), roughMeasure).height;
    expect(height(large(1))).toBe(height(large(Number.NaN)));
  });
});
