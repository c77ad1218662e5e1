import { expect, test } from "vitest";
import { stretches } from "../src/graph/stretches";

test("neighbouring steps of one direction are one stretch, and the stretches cover every step once", () => {
  const directions = ["forward", "forward", "backward", "forward", "backward", "backward"] as const;
  expect(stretches(directions.map((direction) => ({ direction })))).toEqual([
    { direction: "forward", from: 0, to: 2 },
    { direction: "backward", from: 2, to: 3 },
    { direction: "forward", from: 3, to: 4 },
    { direction: "backward", from: 4, to: 6 },
  ]);
  expect(stretches([])).toEqual([]);
});
