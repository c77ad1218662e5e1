/** Pass 2: a link over several layers gets a bend in each, so that it takes part in ordering and keeps clear of boxes. */

import { at } from "../core/lists";
import { type Level, type Link, type Vertex, vertex } from "./level";

const BEND_WIDTH = 4;
/** Straightness matters most between bends: a long line that wobbles is hard to follow. */
const STRAIGHT = 4;
const BETWEEN_BOXES = 2;

export function bendLongLinks(level: Level): void {
  for (const link of level.links) {
    const [upper, lower] = link.isReversed ? [link.target, link.source] : [link.source, link.target];
    link.chain = [upper];
    for (let layer = upper.layer + 1; layer < lower.layer; layer++) {
      const bend = { ...vertex(`${link.id}@${layer}`, BEND_WIDTH, 0, lower.rank), isBend: true, layer };
      at(level.layers, layer).push(bend);
      link.chain.push(bend);
    }
    link.chain.push(lower);
    for (let i = 1; i < link.chain.length; i++) tie(link, at(link.chain, i - 1), at(link.chain, i));
  }
}

function tie(link: Link, upper: Vertex, lower: Vertex): void {
  const bends = Number(upper.isBend) + Number(lower.isBend);
  const weight = link.weight * (bends === 2 ? STRAIGHT : bends === 1 ? 1 : BETWEEN_BOXES);
  upper.down.push({ link, other: lower, weight });
  lower.up.push({ link, other: upper, weight });
}
