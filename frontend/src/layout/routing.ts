/** Pass 6: the points of each link. It moves sideways only between layers, where there are no boxes. */

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
    link.points = withoutRepeats(link.isReversed ? points.toReversed() : points);
  }
}

export function withoutRepeats(points: Point[]): Point[] {
  return points.filter(({ x, y }, i) => i === 0 || x !== points[i - 1]?.x || y !== points[i - 1]?.y);
}
