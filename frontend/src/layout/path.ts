/** An edge's points as an SVG path: straight along the flow, S-curves where it moves sideways. */

import type { LayoutDirection, Point } from "../core/types";

export function edgePath(points: Point[], direction: LayoutDirection): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let from = first;
  let path = `M${at(from)}`;
  for (const to of rest) {
    const isStraight = direction === "TB" ? from.x === to.x : from.y === to.y;
    if (isStraight) path += `L${at(to)}`;
    else {
      const [a, b] =
        direction === "TB"
          ? [
              { x: from.x, y: (from.y + to.y) / 2 },
              { x: to.x, y: (from.y + to.y) / 2 },
            ]
          : [
              { x: (from.x + to.x) / 2, y: from.y },
              { x: (from.x + to.x) / 2, y: to.y },
            ];
      path += `C${at(a)} ${at(b)} ${at(to)}`;
    }
    from = to;
  }
  return path;
}

function at({ x, y }: Point): string {
  return `${round(x)},${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
