import { describe, expect, test } from "vitest";
import type { EdgeState, GraphEdge } from "../src/core/types";
import { inDrawingOrder } from "../src/graph/drawing-order";

const EDGES = ["a", "b", "c", "d"].map(
  (id): GraphEdge => ({
    id,
    source: "",
    target: "",
    slot: 0,
    kind: "tracked",
    reason: null,
    edges: [],
  }),
);

/** The order when the edge `at` is under way, forward or back. */
function orderAt(at: number, direction: "forward" | "backward"): string {
  const states = EDGES.map(({ id }, index): [string, EdgeState] => [
    id,
    {
      state: index === at ? "active" : direction === "backward" || index < at ? "done" : "pending",
      direction: index === at ? direction : null,
      cotangent: direction === "backward" && index >= at ? 1 : null,
    },
  ]);
  return inDrawingOrder(EDGES, new Map(states))
    .map(({ id }) => id)
    .join("");
}

const without = (order: string, id: string): string => order.replace(id, "");

describe("the order in which edges are drawn", () => {
  test("what is under way lies on top", () => {
    for (const at of [0, 1, 2, 3]) {
      expect(orderAt(at, "forward").at(-1)).toBe("abcd"[at]);
      expect(orderAt(at, "backward").at(-1)).toBe("abcd"[at]);
    }
  });

  test("what is to come lies below what has been", () => {
    expect(orderAt(1, "forward")).toBe("cdab");
  });

  test("a step moves its own edge alone", () => {
    for (const at of [1, 2, 3]) {
      const id = "abcd"[at] ?? "";
      expect(without(orderAt(at, "forward"), id)).toBe(without(orderAt(at - 1, "forward"), id));
      const back = "abcd"[at - 1] ?? "";
      expect(without(orderAt(at - 1, "backward"), back)).toBe(without(orderAt(at, "backward"), back));
    }
  });
});
