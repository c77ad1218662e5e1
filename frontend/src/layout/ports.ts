/** Pass 4: links that leave a card spread along its edge in the order in which they go, so that they do not cross there. */

import { push } from "../core/lists";
import { type Level, type Link, portOf, type Vertex } from "./level";

const WIDEST = 24;

export function spreadPorts(level: Level): void {
  const leaving = new Map<Vertex, Link[]>();
  for (const link of level.links) if (link.isFree) push(leaving, link.source, link);
  for (const [v, links] of leaving) {
    const goals = new Map(links.map((link) => [link, goalOf(link)]));
    // Links that share their bends have one goal and leave by one port.
    const distinct = [...new Set(goals.values())].sort((a, b) => a - b);
    const port = new Map(distinct.map((goal, i) => [goal, i - (distinct.length - 1) / 2]));
    const spacing = Math.min(WIDEST, v.width / (distinct.length + 1));
    for (const [link, goal] of goals) link.sourcePort = v.width / 2 + (port.get(goal) ?? 0) * spacing;
  }
}

/** Where a link goes first. */
function goalOf(link: Link): number {
  const next = link.chain[link.isReversed ? link.chain.length - 2 : 1];
  return next ? next.position + portOf(link, next) / (next.width + 1) : 0;
}
