import { describe, expect, it } from "vitest";
import { type Drawing, handOn } from "../../src/core/hand-on";

const none: ReadonlyMap<string, Drawing> = new Map();
const keys = (drawings: ReadonlyMap<string, Drawing>) => [...drawings].map(([id, { key }]) => [id, key]);
const picture = (ids: Record<string, string>) => new Map(Object.entries(ids));

describe("a drawing", () => {
  const first = handOn(none, picture({ x: "leaf", a1: "mul", b1: "add", rest: "fold" }));
  const next = handOn(first, picture({ x: "leaf", a2: "mul", b2: "add", c2: "add" }));
  const keyOf = (drawings: ReadonlyMap<string, Drawing>, id: string) => drawings.get(id)?.key;

  it("is kept by what is in both pictures", () => {
    expect(keyOf(next, "x")).toBe(keyOf(first, "x"));
    expect(keys(handOn(next, picture({ c2: "add", x: "leaf" })))).toEqual([
      ["c2", keyOf(next, "c2")],
      ["x", keyOf(next, "x")],
    ]);
  });

  it("is taken over from what went by what is like it, one each, in order", () => {
    expect(keyOf(next, "a2")).toBe(keyOf(first, "a1"));
    expect(keyOf(next, "b2")).toBe(keyOf(first, "b1"));
  });

  it("is never one of two: what finds none has a new one, also when it comes back", () => {
    expect(keyOf(next, "c2")).not.toBe(keyOf(first, "rest"));
    const both = handOn(next, picture({ a1: "mul", a2: "mul", b2: "add", c2: "add", x: "leaf" }));
    expect(new Set([...both.values()].map(({ key }) => key)).size).toBe(both.size);
  });
});
