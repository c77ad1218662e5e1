/** Where a browser lacks the methods that copy an array, the page's own give what the language's would. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const NAMES = ["toReversed", "toSorted", "toSpliced", "with"] as const;
const native = NAMES.map((name) => [name, Object.getOwnPropertyDescriptor(Array.prototype, name)] as const);

function restore(): void {
  for (const [name, method] of native) if (method) Object.defineProperty(Array.prototype, name, method);
}

describe("an array in a browser of 2022", () => {
  beforeEach(async () => {
    for (const name of NAMES) Reflect.deleteProperty(Array.prototype, name);
    vi.resetModules();
    await import("../src/older");
  });
  afterEach(restore);

  it("is copied in reverse and in order", () => {
    const given = [3, 10, 2];
    expect(given.toReversed()).toEqual([2, 10, 3]);
    expect(given.toSorted((a, b) => a - b)).toEqual([2, 3, 10]);
    expect(given.toSorted()).toEqual([10, 2, 3]);
    expect(given).toEqual([3, 10, 2]);
  });

  it("is copied with one item changed, counted from either end, and not past the ends", () => {
    const given = ["a", "b"];
    expect(given.with(1, "c")).toEqual(["a", "c"]);
    expect(given.with(-2, "c")).toEqual(["c", "b"]);
    expect(() => given.with(2, "c")).toThrow(RangeError);
    expect(() => given.with(-3, "c")).toThrow(RangeError);
  });

  it("is copied with some items out and others in", () => {
    const given = [1, 2, 3, 4];
    expect(given.toSpliced(1, 2, 9)).toEqual([1, 9, 4]);
    expect(given.toSpliced(-1, 1)).toEqual([1, 2, 3]);
    expect(given.toSpliced(2, 0, 7, 8)).toEqual([1, 2, 7, 8, 3, 4]);
    expect(given).toEqual([1, 2, 3, 4]);
  });

  it("has methods that no loop over its keys meets", () => {
    const keys: string[] = [];
    for (const key in [0]) keys.push(key);
    expect(keys).toEqual(["0"]);
  });
});
