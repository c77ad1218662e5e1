import { describe, expect, test } from "vitest";
import type { Box } from "../src/core/types";
import { common } from "../src/graph/corner";
import { flowingPath, leastCovering, lengthOf, overlap, placeLabel, pointAlong } from "../src/graph/path";

const LINE = [
  { x: 0, y: 0 },
  { x: 0, y: 100 },
  { x: 100, y: 100 },
];
const LABEL = { width: 60, height: 20 };
const free = { boxes: [], lines: [], sight: null };

test("a path leaves and enters along the direction of the layout", () => {
  expect(flowingPath(LINE.slice(0, 2), "TB")).toBe("M0 0C0 50 0 50 0 100");
  expect(
    flowingPath(
      [
        { x: 0, y: 0 },
        { x: 80, y: 40 },
      ],
      "LR",
    ),
  ).toBe("M0 0C40 0 40 40 80 40");
  expect(flowingPath([], "TB")).toBe("");
});

test("a point along a line is found by length", () => {
  expect(lengthOf(LINE)).toBe(200);
  expect(pointAlong(LINE, 0.25)).toEqual({ x: 0, y: 50 });
  expect(pointAlong(LINE, 0.75)).toEqual({ x: 50, y: 100 });
  expect(pointAlong(LINE, 1)).toEqual({ x: 100, y: 100 });
});

describe("a label", () => {
  const straight = LINE.slice(0, 2);

  test("stands beside the middle of its line where that is free", () => {
    const box = placeLabel(straight, LABEL, free) as Box;
    expect(box.y + box.height / 2).toBe(50);
    expect(box.x > 0 || box.x + box.width < 0).toBe(true);
  });

  test("covers no card, whatever stands around the line", () => {
    const right = { x: 5, y: -500, width: 300, height: 1000 };
    const left = { x: -300, y: 20, width: 290, height: 60 };
    const box = placeLabel(straight, LABEL, { ...free, boxes: [right, left] }) as Box;
    expect(box).not.toBeNull();
    for (const card of [right, left]) expect(overlap(box, card)).toBe(false);
  });

  test("that must be seen is moved into sight, where it covers others last", () => {
    const sight = { x: -40, y: -20, width: 90, height: 140 };
    const wide = { width: 80, height: 20 };
    const seen = leastCovering(straight, wide, { ...free, sight }) as Box;
    expect(seen.x).toBeGreaterThanOrEqual(-40);
    expect(seen.x + seen.width).toBeLessThanOrEqual(50);
    const other = { x: -40, y: 30, width: 90, height: 40 };
    const apart = leastCovering(straight, wide, { ...free, boxes: [other], sight }) as Box;
    expect(common(apart, other)).toBe(0);
  });

  test("keeps off other lines where it can", () => {
    const other = [
      { x: 40, y: -500 },
      { x: 40, y: 500 },
    ];
    const box = placeLabel(straight, LABEL, { ...free, lines: [other] }) as Box;
    expect(box.x > 40 || box.x + box.width < 40).toBe(true);
  });

  test("that must be seen where all is full covers what matters least, inside the picture", () => {
    const sight = { x: -50, y: 0, width: 260, height: 100 };
    const card = { x: -50, y: 0, width: 150, height: 100 };
    const other = { x: 100, y: 0, width: 110, height: 100 };
    expect(placeLabel(straight, LABEL, { ...free, boxes: [card, other], sight })).not.toBeNull();
    const box = leastCovering(straight, LABEL, { ...free, boxes: [card, card, other], sight }) as Box;
    expect(common(box, sight)).toBe(LABEL.width * LABEL.height);
    expect(common(box, card)).toBe(0);
  });

  test("stays in sight where it can", () => {
    const box = placeLabel(straight, LABEL, {
      ...free,
      sight: { x: -100, y: 0, width: 105, height: 100 },
    }) as Box;
    expect(box.x + box.width).toBeLessThan(0);
  });

  test("stands nowhere if everything is covered", () => {
    const all = { x: -1000, y: -1000, width: 2000, height: 2000 };
    expect(placeLabel(straight, LABEL, { ...free, boxes: [all] })).toBeNull();
  });
});
