import { describe, expect, it } from "vitest";
import { inProgramOrder, moveOfKey, neighbours, walk } from "../../src/core/outline";
import type { Card, GraphEdge, ViewGraph } from "../../src/core/types";

/** `a` and `b` are multiplied, and what comes of it is added to `a`: cards in an order that is not the program's. */
const graph = {
  cards: [
    ["product", 3],
    ["a", 1],
    ["sum", 4],
    ["b", 2],
  ].map(([id, born]) => ({ id, born }) as Card),
  edges: [
    ["b", "product", 1],
    ["a", "product", 0],
    ["product", "sum", 0],
    ["a", "sum", 1],
  ].map(([source, target, slot]) => ({ source, target, slot }) as GraphEdge),
  groups: [],
} as ViewGraph;
const at = (card: string) => ({ card, among: null });

describe("the outline of a graph", () => {
  it("is in the order in which the program makes the cards", () => {
    expect(inProgramOrder(graph).map(({ id }) => id)).toEqual(["a", "b", "product", "sum"]);
  });

  it("knows operands by their slots and users by the program", () => {
    expect(neighbours(graph, "product", "operands")).toEqual(["a", "b"]);
    expect(neighbours(graph, "a", "users")).toEqual(["product", "sum"]);
  });

  it("goes up to the first operand, beside it to the second, and back down", () => {
    const first = walk(graph, at("product"), "operands");
    expect(first.card).toBe("a");
    const second = walk(graph, first, "after");
    expect(second.card).toBe("b");
    expect(walk(graph, second, "users").card).toBe("product");
  });

  it("goes beside an edge's end to the other ends of its like before it goes on through the program", () => {
    const user = walk(graph, at("a"), "users");
    expect(walk(graph, user, "after").card).toBe("sum");
    expect(walk(graph, at("product"), "before").card).toBe("b");
  });

  it("stays at its ends", () => {
    expect(walk(graph, at("a"), "operands")).toEqual(at("a"));
    expect(walk(graph, at("a"), "before")).toEqual(at("a"));
    expect(walk(graph, at("sum"), "users")).toEqual(at("sum"));
  });

  it("follows edges the way they are drawn", () => {
    expect(moveOfKey("ArrowUp", "TB")).toBe("operands");
    expect(moveOfKey("ArrowLeft", "LR")).toBe("operands");
    expect(moveOfKey("PageDown", "TB")).toBeNull();
  });
});
