/** Polylines of the layout as smooth SVG curves, and points along them. Pure geometry. */
import type { Box, Layout, LayoutDirection, Point, Size } from "../core/types";
import { common } from "./corner";

/** A curve through the points that leaves and enters each along the direction of the layout, like a river its valley. */
export function flowingPath(points: readonly Point[], direction: LayoutDirection): string {
  const [start, ...rest] = points;
  if (!start) return "";
  let path = `M${n(start.x)} ${n(start.y)}`;
  rest.forEach((point, index) => {
    const before = points[index] ?? start;
    const middle = { x: (before.x + point.x) / 2, y: (before.y + point.y) / 2 };
    const [leave, enter] =
      direction === "TB"
        ? [
            { x: before.x, y: middle.y },
            { x: point.x, y: middle.y },
          ]
        : [
            { x: middle.x, y: before.y },
            { x: middle.x, y: point.y },
          ];
    path += `C${n(leave.x)} ${n(leave.y)} ${n(enter.x)} ${n(enter.y)} ${n(point.x)} ${n(point.y)}`;
  });
  return path;
}

/** The point a fraction of the way along a polyline. */
export function pointAlong(points: readonly Point[], fraction: number): Point {
  let left = fraction * lengthOf(points);
  for (let index = 1; index < points.length; index++) {
    const from = points[index - 1] as Point;
    const to = points[index] as Point;
    const length = distance(from, to);
    if (left <= length && length > 0) return towards(from, to, left);
    left -= length;
  }
  return points.at(-1) ?? { x: 0, y: 0 };
}

export function lengthOf(points: readonly Point[]): number {
  return points.reduce(
    (sum, point, index) => sum + (index ? distance(points[index - 1] as Point, point) : 0),
    0,
  );
}

/** What a label may not cover: cards, and the titles of groups. */
export function obstacles(layout: Layout): Box[] {
  const titles = Object.values(layout.groups).map((box) => ({ ...box, height: TITLE }));
  return [...Object.values(layout.nodes), ...titles];
}

const TITLE = 26;

/** What a label must keep clear of, and the part of the drawing it should be in. */
export interface Surroundings {
  readonly boxes: readonly Box[];
  readonly lines: readonly (readonly Point[])[];
  readonly sight: Box | null;
}

interface Place {
  readonly fraction: number;
  readonly gap: number;
  readonly side: 1 | -1;
  readonly shift: number;
}

/** Places beside a line, the nearest to its middle first. */
const PLACES: readonly Place[] = [0.5, 0.38, 0.62, 0.25, 0.75]
  .flatMap((fraction) =>
    [12, 30, 56, 90, 140, 200].flatMap((gap) =>
      [0, -30, 30, -64, 64, -104, 104, -150, 150].flatMap((shift) =>
        ([1, -1] as const).map((side) => ({ fraction, gap, side, shift })),
      ),
    ),
  )
  .sort((a, b) => farness(a) - farness(b));

function farness({ fraction, gap, shift }: Place): number {
  return gap + 0.8 * Math.abs(shift) + 60 * Math.abs(fraction - 0.5);
}

/** Where a label beside a line can stand without covering anything; if that is nowhere, without covering a box; or null. */
export function placeLabel(points: readonly Point[], size: Size, around: Surroundings): Box | null {
  const own = [points];
  const { boxes, lines, sight } = around;
  let free: Box | null = null;
  let seen: Box | null = null;
  for (const place of PLACES) {
    const box = boxAt(points, size, place);
    if (boxes.some((other) => overlap(box, other, 5)) || crossed(own, box)) continue;
    free ??= box;
    if (sight && !isWithin(box, sight)) continue;
    // A label that touches another line reads as if it were that line's.
    if (!crossed(lines, grown(box, CLEAR))) return box;
    seen ??= box;
  }
  return seen ?? free;
}

/** Where in sight a label that must be seen covers least of what it may not cover: on its own line, rather than on others' words. */
export function leastCovering(points: readonly Point[], size: Size, around: Surroundings): Box | null {
  const { boxes, sight } = around;
  const near = sight ? boxes.filter((other) => overlap(other, sight)) : boxes;
  let best: Box | null = null;
  let least = Number.POSITIVE_INFINITY;
  const weigh = (box: Box, aside: number) => {
    if (sight && !isWithin(box, sight)) return;
    const hidden = hiddenBy(box, near) + aside;
    if (hidden >= least) return;
    least = hidden;
    best = box;
  };
  for (const place of PLACES) {
    const beside = boxAt(points, size, place);
    const box = sight ? moved(beside, sight) : beside;
    weigh(box, Math.abs(box.x - beside.x) + Math.abs(box.y - beside.y));
  }
  // Anywhere not far from its line, where there is no room beside it.
  for (const box of sight && least > 0 ? everywhere(sight, size) : []) {
    const away = linkTo(points, box)?.length ?? FARTHEST;
    if (away < FARTHEST) weigh(box, AWAY * away);
  }
  return best;
}

/** A label further from its line reads as another's. */
const FARTHEST = 150;
const GRID = 12;
/** A pixel further away counts as much as so many that are hidden. */
const AWAY = 12;

function* everywhere(frame: Box, size: Size): Generator<Box> {
  for (let x = frame.x; x <= frame.x + frame.width - size.width; x += GRID)
    for (let y = frame.y; y <= frame.y + frame.height - size.height; y += GRID) yield { x, y, ...size };
}

/** How much of others a box hides. */
export function hiddenBy(box: Box, others: readonly Box[]): number {
  return others.reduce((sum, other) => sum + common(box, other), 0);
}

/** A box where it is, or the next place within a frame that it fits into. */
function moved(box: Box, frame: Box): Box {
  const within = (value: number, low: number, room: number) => Math.max(low, Math.min(low + room, value));
  return {
    ...box,
    x: within(box.x, frame.x, frame.width - box.width),
    y: within(box.y, frame.y, frame.height - box.height),
  };
}

/** Free space between a label and a line. */
const CLEAR = 4;

/** A box with so much more on each side. */
export function grown({ x, y, width, height }: Box, by: number): Box {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

/** Further from its line than this a label needs a pointer to it. */
export const FAR = 22;

/** The shortest way from a label to about the middle of its line. */
export function linkTo(
  points: readonly Point[],
  box: Box,
): { from: Point; to: Point; length: number } | null {
  const near = (value: number, low: number, length: number) => Math.max(low, Math.min(low + length, value));
  const [best = null] = [0.3, 0.5, 0.7]
    .map((fraction) => {
      const to = pointAlong(points, fraction);
      const from = { x: near(to.x, box.x, box.width), y: near(to.y, box.y, box.height) };
      return { from, to, length: distance(from, to) };
    })
    .sort((a, b) => a.length - b.length);
  return best;
}

function boxAt(points: readonly Point[], size: Size, { fraction, gap, side, shift }: Place): Box {
  const at = pointAlong(points, fraction);
  const x = side > 0 ? at.x + gap : at.x - gap - size.width;
  return { x, y: at.y + shift - size.height / 2, ...size };
}

export function isWithin(box: Box, frame: Box): boolean {
  return (
    box.x >= frame.x &&
    box.y >= frame.y &&
    box.x + box.width <= frame.x + frame.width &&
    box.y + box.height <= frame.y + frame.height
  );
}

export function overlap(a: Box, b: Box, margin = 0): boolean {
  return (
    a.x < b.x + b.width + margin &&
    b.x < a.x + a.width + margin &&
    a.y < b.y + b.height + margin &&
    b.y < a.y + a.height + margin
  );
}

/** True if a line runs through the box, looked at closely enough for a label. */
function crossed(lines: readonly (readonly Point[])[], box: Box): boolean {
  return lines.some((points) =>
    points.some((point, index) => index > 0 && segmentMeets(points[index - 1] as Point, point, box)),
  );
}

/** Clips the segment to the box, side by side (Liang and Barsky); something left means that they meet. */
export function segmentMeets(a: Point, b: Point, box: Box): boolean {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  let [enter, leave] = [0, 1];
  for (const [towards, room] of [
    [-dx, a.x - box.x],
    [dx, box.x + box.width - a.x],
    [-dy, a.y - box.y],
    [dy, box.y + box.height - a.y],
  ] as const) {
    if (towards === 0) {
      if (room < 0) return false;
    } else if (towards < 0) enter = Math.max(enter, room / towards);
    else leave = Math.min(leave, room / towards);
  }
  return enter <= leave;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function towards(from: Point, to: Point, by: number): Point {
  const length = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * by) / length, y: from.y + ((to.y - from.y) * by) / length };
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
