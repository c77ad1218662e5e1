/** Polylines of the layout as smooth SVG paths, and points along them. Pure geometry. */
import type { Box, Point } from "../core/types";

const CORNER = 14;

/** A polyline with its corners rounded. */
export function roundedPath(points: readonly Point[]): string {
  const [start, ...rest] = points;
  if (!start) return "";
  let path = `M${n(start.x)} ${n(start.y)}`;
  rest.forEach((point, index) => {
    const before = points[index] ?? start;
    const after = rest[index + 1];
    if (!after) {
      path += `L${n(point.x)} ${n(point.y)}`;
      return;
    }
    const radius = Math.min(CORNER, distance(before, point) / 2, distance(point, after) / 2);
    const enter = towards(point, before, radius);
    const leave = towards(point, after, radius);
    path += `L${n(enter.x)} ${n(enter.y)}Q${n(point.x)} ${n(point.y)} ${n(leave.x)} ${n(leave.y)}`;
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
  return points.reduce((sum, point, index) => sum + (index ? distance(points[index - 1] as Point, point) : 0), 0);
}

/** Where a label beside a line can stand without covering what is in `boxes`; null if nowhere. */
export function placeLabel(
  points: readonly Point[],
  size: { width: number; height: number },
  boxes: readonly Box[],
  gap = 12,
): Box | null {
  for (const fraction of [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8]) {
    const at = pointAlong(points, fraction);
    for (const side of [1, -1]) {
      const box = {
        x: side > 0 ? at.x + gap : at.x - gap - size.width,
        y: at.y - size.height / 2,
        ...size,
      };
      if (!boxes.some((other) => overlap(box, other, 4)) && !crosses(points, box)) return box;
    }
  }
  return null;
}

export function overlap(a: Box, b: Box, margin = 0): boolean {
  return (
    a.x < b.x + b.width + margin &&
    b.x < a.x + a.width + margin &&
    a.y < b.y + b.height + margin &&
    b.y < a.y + a.height + margin
  );
}

/** True if the line runs through the box, looked at closely enough for a label. */
function crosses(points: readonly Point[], box: Box): boolean {
  const steps = Math.max(2, Math.ceil(lengthOf(points) / 8));
  for (let index = 0; index <= steps; index++) {
    const { x, y } = pointAlong(points, index / steps);
    if (x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height) return true;
  }
  return false;
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
