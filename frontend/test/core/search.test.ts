import { describe, expect, it } from "vitest";
import { find } from "../../src/core/search";
import { lesson } from "../golden";

describe("a search over the run", () => {
  it("finds a variable by its name first, with the event that made it and its card", () => {
    const [first] = find(lesson, "x");
    expect(first).toMatchObject({ kind: "name", text: "x" });
    expect(lesson.trace.events[first?.event ?? -1]?.kind).toBe("op");
    expect(first?.card).toMatch(/^o\d+$/);
  });

  it("finds ops by PyTorch's name and by the node's", () => {
    expect(find(lesson, "detach").some(({ kind }) => kind === "op")).toBe(true);
    expect(find(lesson, "MulBackward0").every(({ aside }) => aside.includes("MulBackward0"))).toBe(true);
  });

  it("finds lines by any piece of them", () => {
    const lines = find(lesson, ".backward(").filter(({ kind }) => kind === "line");
    expect(lines.length).toBeGreaterThan(0);
    for (const { text, event } of lines) {
      expect(text).toContain(".backward(");
      expect(lesson.trace.events[event]?.kind).toBe("line");
    }
  });

  it("tells ops of the same name apart by their line and their iteration", () => {
    const doubled = find(lesson, "mul").filter(({ iteration }) => iteration !== null);
    expect(doubled.length).toBeGreaterThan(5);
    const places = doubled.map(({ place, iteration }) => `${place} ${iteration}`);
    expect(new Set(places).size).toBe(places.length);
    for (const { place } of doubled) expect(place).toMatch(/^\[2[89]\]:\d+$/);
  });

  it("finds nothing for nothing, or for what is not there", () => {
    expect(find(lesson, " ")).toEqual([]);
    expect(find(lesson, "no such thing")).toEqual([]);
  });
});
