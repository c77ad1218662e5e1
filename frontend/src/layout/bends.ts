/**
 * Pass 2: a link over several layers gets a bend in each, so that it takes part in ordering and keeps clear of boxes.
 *
 * Links that leave from the same port carry the same tensor and share their bends as far as they go together: one line
 * that branches, however many use the tensor.
 */

import { at } from "../core/lists";
import { type Level, type Link, type Vertex, vertex } from "./level";

const BEND_WIDTH = 4;
/** Straightness matters most between bends: a long line that wobbles is hard to follow. */
const STRAIGHT = 4;
const BETWEEN_BOXES = 2;

export function bendLongLinks(level: Level): void {
  const trunks = new Map<string, Vertex[]>();
  for (const link of level.links) {
    const [upper, lower] = link.isReversed ? [link.target, link.source] : [link.source, link.target];
    const trunk = trunkOf(link, trunks);
    const bends = lower.layer - upper.layer - 1;
    for (let i = trunk.length; i < bends; i++) {
      const layer = upper.layer + 1 + i;
      const bend = { ...vertex(`${link.id}@${layer}`, BEND_WIDTH, 0, lower.rank), isBend: true, layer };
      at(level.layers, layer).push(bend);
      tie(link, trunk.at(-1) ?? upper, bend);
      trunk.push(bend);
    }
    const shared = trunk.slice(0, Math.max(0, bends));
    tie(link, shared.at(-1) ?? upper, lower);
    link.chain = [upper, ...shared, lower];
  }
}

/** The bends of the links that leave from where this one does, from the top. */
function trunkOf(link: Link, trunks: Map<string, Vertex[]>): Vertex[] {
  const key = link.isReversed ? link.id : `${link.source.id} ${link.sourcePort}`;
  const trunk = trunks.get(key) ?? [];
  trunks.set(key, trunk);
  return trunk;
}

function tie(link: Link, upper: Vertex, lower: Vertex): void {
  const bends = Number(upper.isBend) + Number(lower.isBend);
  const weight = link.weight * (bends === 2 ? STRAIGHT : bends === 1 ? 1 : BETWEEN_BOXES);
  upper.down.push({ link, other: lower, weight });
  lower.up.push({ link, other: upper, weight });
}
