/** Pass 7: the points of each link. It moves sideways only between layers, where there are no boxes. */

import type { Point } from "../core/types";
import { heightOf } from "./coordinates";
import { type Level, portOf } from "./level";

export function routeLinks(level: Level): void {
  const bands = level.layers.map((layer) => {
    const height = heightOf(layer);
    const middle = layer[0] ? layer[0].y + layer[0].height / 2 : 0;
    return { top: middle - height / 2, bottom: middle + height / 2 };
  });
  for (const link of level.links) {
    const points = link.chain.flatMap((v, i) => {
      const band = bands[v.layer] ?? { top: v.y, bottom: v.y + v.height };
      const x = v.x + portOf(link, v);
      if (i === 0)
        return [
          { x, y: v.y + v.height },
          { x, y: band.bottom },
        ];
      if (i === link.chain.length - 1)
        return [
          { x, y: band.top },
          { x, y: v.y },
        ];
      return [
        { x, y: band.top },
        { x, y: band.bottom },
      ];
    });
    link.points = simplify(link.isReversed ? points.reverse() : points);
  }
}

/** Without points that repeat or lie within a straight vertical stretch. */
export function simplify(points: Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const [last, before] = [kept.at(-1), kept.at(-2)];
    if (last?.x === point.x && (last.y === point.y || before?.x === point.x)) kept.pop();
    kept.push(point);
  }
  return kept;
}
