import { describe, expect, test } from "vitest";
import {
  bringIntoSight,
  type Camera,
  fitted,
  fittingZoom,
  followed,
  isSeen,
  keepInPlace,
  MARGIN,
  MAX_ZOOM,
  patientZoom,
  sightOf,
  union,
  wholeInSight,
  withNeed,
  withoutWaste,
  zoomAbout,
} from "../src/graph/camera";

const STAGE = { width: 800, height: 600 };
const seen = ({ x, y, k }: Camera, point: { x: number; y: number }) => ({
  x: x + k * point.x,
  y: y + k * point.y,
});

describe("fitting", () => {
  test("has all of a box in sight, which a closer look has not", () => {
    const box = { x: 100, y: 50, width: 4000, height: 1000 };
    const whole = fitted(box, STAGE, 2);
    expect(isSeen(whole, box, STAGE)).toBe(true);
    expect(isSeen(zoomAbout(whole, { x: 400, y: 300 }, 1.2), box, STAGE)).toBe(false);
    expect(isSeen(whole, box, { ...STAGE, width: STAGE.width - MARGIN - 2 })).toBe(false);
  });

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

test("no room is left empty while the drawing goes on elsewhere, and what fits stands in the middle", () => {
  const long = { x: 0, y: 0, width: 400, height: 3000 };
  const middle = (STAGE.width - 400) / 2;
  const low = withoutWaste({ x: 200, y: 300, k: 1 }, long, STAGE);
  expect(low).toEqual({ x: middle, y: MARGIN, k: 1 });
  const high = withoutWaste({ x: -90, y: -2900, k: 1 }, long, STAGE);
  expect(high).toEqual({ x: middle, y: STAGE.height - MARGIN - 3000, k: 1 });
  const between = { x: 390, y: -1000, k: 1 };
  expect(withoutWaste(between, long, STAGE)).toEqual({ ...between, x: middle });
});

test("a phone spends no more room beside a card than it must", () => {
  const phone = { width: 392, height: 400 };
  const card = { x: 0, y: 0, width: 364, height: 100 };
  expect(fittingZoom(card, phone)).toBe(1);
  expect(fittingZoom(card, STAGE)).toBeGreaterThan(1);
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

describe("following", () => {
  const zooms = { least: 0.6, most: 1 };
  const camera = { x: 0, y: 0, k: 1 };
  const ends = (at: Camera, box: { x: number; width: number }) => [
    seen(at, { x: box.x, y: 0 }).x,
    seen(at, { x: box.x + box.width, y: 0 }).x,
  ];

  test("moves nothing where all can be seen", () => {
    const box = { x: 100, y: 100, width: 50, height: 50 };
    expect(followed(camera, box, box, STAGE, zooms)).toBe(camera);
  });

  test("zooms out as far as it takes to see all, and in again with the next movement", () => {
    const wide = { x: 500, y: 100, width: 1000, height: 50 };
    const out = followed(camera, wide, { ...wide, width: 50 }, STAGE, zooms);
    expect(out.k).toBeCloseTo((STAGE.width - 2 * MARGIN) / 1000);
    const [left = 0, right = 0] = ends(out, wide);
    expect(left).toBeGreaterThanOrEqual(MARGIN - 0.001);
    expect(right).toBeLessThanOrEqual(STAGE.width - MARGIN + 0.001);
    const inSight = { x: 900, y: 100, width: 50, height: 50 };
    expect(followed(out, inSight, inSight, STAGE, zooms)).toBe(out);
    const outside = { x: 3000, y: 100, width: 50, height: 50 };
    expect(followed(out, outside, outside, STAGE, zooms).k).toBeCloseTo(1);
  });

  test("sees what must be seen where all is too much", () => {
    const all = { x: 0, y: 0, width: 5000, height: 50 };
    const first = { x: 4000, y: 0, width: 100, height: 50 };
    const at = followed(camera, all, first, STAGE, zooms);
    expect(at.k).toBe(0.6);
    const [left = 0, right = 0] = ends(at, first);
    expect(left).toBeGreaterThanOrEqual(MARGIN - 0.001);
    expect(right).toBeLessThanOrEqual(STAGE.width - MARGIN + 0.001);
  });

  test("leaves a hand's smaller zoom as it is where it fits", () => {
    const far = { x: 0, y: 0, k: 0.3 };
    const box = { x: 9000, y: 100, width: 50, height: 50 };
    expect(followed(far, box, box, STAGE, { least: 0.6, most: 0.3 }).k).toBeCloseTo(0.3);
  });
});

describe("following a loop, whose steps need more and less room by turns", () => {
  const zooms = (steps: readonly number[]) => {
    let needs: readonly number[] = [];
    let camera: Camera = { x: 0, y: 0, k: 1 };
    return steps.map((width, at) => {
      const box = { x: 0, y: 2000 * at, width, height: 50 };
      needs = withNeed(needs, Math.max(0.6, (STAGE.width - 2 * MARGIN) / width));
      camera = followed(camera, box, box, STAGE, { least: 0.6, most: patientZoom(1, needs) });
      return camera.k;
    });
  };
  const wide = STAGE.width;

  test("keeps one size from the step on that needs the most", () => {
    const seen = zooms(Array.from({ length: 40 }, (_, at) => (at % 10 === 3 ? wide : 200)));
    expect(new Set(seen.slice(0, 3))).toEqual(new Set([1]));
    expect(seen[3]).toBeCloseTo((STAGE.width - 2 * MARGIN) / wide);
    expect(new Set(seen.slice(3)).size).toBe(1);
  });

  test("comes close again once a dozen steps have done without it", () => {
    const seen = zooms(Array.from({ length: 20 }, (_, at) => (at === 0 ? wide : 200)));
    expect(seen[11]).toBe(seen[0]);
    expect(seen[12]).toBeCloseTo(1);
  });
});

describe("what is in sight in part", () => {
  const sight = { x: 100, y: 0, width: 300, height: 200 };
  test.each([
    // A label of 80 by 20: out to the right, to the left, above; inside; not in sight at all; wider than there is room.
    [{ x: 350, y: 50 }, 80, { x: 315, y: 50 }],
    [{ x: 60, y: 50 }, 80, { x: 105, y: 50 }],
    [{ x: 200, y: -10 }, 80, { x: 200, y: 5 }],
    [{ x: 200, y: 50 }, 80, { x: 200, y: 50 }],
    [{ x: 500, y: 50 }, 80, { x: 500, y: 50 }],
    [{ x: 50, y: 50 }, 600, { x: 105, y: 50 }],
  ])("%o becomes whole", (place, width, expected) => {
    const box = { ...place, width, height: 20 };
    expect(wholeInSight(box, sight, 5)).toEqual({ ...box, ...expected });
  });
});
