import { describe, expect, test } from "vitest";
import {
  bringIntoSight,
  type Camera,
  fitted,
  keepInPlace,
  MARGIN,
  MAX_ZOOM,
  sightOf,
  union,
  zoomAbout,
} from "../src/graph/camera";

const STAGE = { width: 800, height: 600 };
const seen = ({ x, y, k }: Camera, point: { x: number; y: number }) => ({
  x: x + k * point.x,
  y: y + k * point.y,
});

describe("fitting", () => {
  test("shows all of a box, centred, with a margin", () => {
    const box = { x: 100, y: 50, width: 4000, height: 1000 };
    const camera = fitted(box, STAGE, 2);
    expect(seen(camera, { x: box.x, y: 0 }).x).toBeCloseTo(MARGIN);
    expect(seen(camera, { x: box.x + box.width, y: 0 }).x).toBeCloseTo(STAGE.width - MARGIN);
    expect(seen(camera, { x: 0, y: box.y + box.height / 2 }).y).toBeCloseTo(STAGE.height / 2);
  });

  test("does not blow a small box up beyond the limit", () => {
    expect(fitted({ x: 0, y: 0, width: 10, height: 10 }, STAGE, 1.5).k).toBe(1.5);
  });
});

test("zooming keeps the point under the pointer where it is, and stops at a limit", () => {
  const camera = { x: 13, y: -7, k: 0.8 };
  const at = { x: 300, y: 200 };
  const under = { x: (at.x - camera.x) / camera.k, y: (at.y - camera.y) / camera.k };
  const zoomed = zoomAbout(camera, at, 1.6);
  expect(seen(zoomed, under).x).toBeCloseTo(at.x);
  expect(seen(zoomed, under).y).toBeCloseTo(at.y);
  expect(zoomAbout(camera, at, 1000).k).toBe(MAX_ZOOM);
});

describe("bringing into sight", () => {
  const camera = { x: 0, y: 0, k: 1 };

  test("moves nothing where the box can be seen already", () => {
    expect(bringIntoSight(camera, { x: 100, y: 100, width: 50, height: 50 }, STAGE)).toEqual(camera);
  });

  test("moves just as far as is needed, and only in the direction that is", () => {
    const box = { x: 900, y: 100, width: 50, height: 50 };
    const moved = bringIntoSight(camera, box, STAGE);
    expect(moved.y).toBe(0);
    expect(seen(moved, { x: 950, y: 0 }).x).toBe(STAGE.width - MARGIN);
  });

  test("centres what is larger than the room", () => {
    const moved = bringIntoSight(camera, { x: 0, y: 0, width: 2000, height: 100 }, STAGE);
    expect(seen(moved, { x: 1000, y: 0 }).x).toBe(STAGE.width / 2);
  });
});

test("what is kept in place is seen in the new drawing where it was seen in the old one", () => {
  const camera = { x: 40, y: 60, k: 1.5 };
  const [before, after] = [
    { x: 10, y: 20 },
    { x: 310, y: -80 },
  ];
  expect(seen(keepInPlace(camera, before, after), after)).toEqual(seen(camera, before));
});

test("the sight is the part of the drawing that fills the room", () => {
  const camera = { x: -100, y: 50, k: 2 };
  const sight = sightOf(camera, STAGE);
  expect(seen(camera, sight)).toEqual({ x: 0, y: 0 });
  expect(sight.width * camera.k).toBe(STAGE.width);
});

test("the union holds every box; of nothing there is none", () => {
  expect(
    union([
      { x: 0, y: 5, width: 10, height: 10 },
      { x: -5, y: 8, width: 5, height: 20 },
    ]),
  ).toEqual({ x: -5, y: 5, width: 15, height: 23 });
  expect(union([])).toBeNull();
});
