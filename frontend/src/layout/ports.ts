/** Passes 3 and 5: where on a card's edges links enter and leave. */

import { push } from "../core/lists";
import { type Level, type Link, portOf, type Vertex } from "./level";

const WIDEST = 24;

/** Operands enter side by side in the order of their slots. */
export function orderOperands(level: Level): void {
  placeOperands(level, () => 0);
}

/** Once boxes have their order, links leave a card in the order in which they go, and do not cross there; nor do links
 * of equal slots where they enter. */
export function spreadPorts(level: Level): void {
  placeOperands(level, (link) => placeOf(link, neighbour(link, link.target)));
  const leaving = new Map<Vertex, Link[]>();
  for (const link of level.links) if (link.isFree) push(leaving, link.source, link);
  for (const [v, links] of leaving) {
    const goals = new Map(links.map((link) => [link, placeOf(link, neighbour(link, link.source))]));
    // Links that share their bends have one goal and leave by one port.
    const distinct = [...new Set(goals.values())].sort((a, b) => a - b);
    const port = new Map(distinct.map((goal, i) => [goal, i - (distinct.length - 1) / 2]));
    const spacing = Math.min(WIDEST, v.width / (distinct.length + 1));
    for (const [link, goal] of goals) link.sourcePort = v.width / 2 + (port.get(goal) ?? 0) * spacing;
  }
}

function placeOperands(level: Level, originOf: (link: Link) => number): void {
  const entering = new Map<Vertex, Link[]>();
  for (const link of level.links) if (link.slot !== null) push(entering, link.target, link);
  for (const [v, links] of entering) {
    const origin = new Map(links.map((link) => [link, originOf(link)]));
    links.sort((a, b) => (a.slot ?? 0) - (b.slot ?? 0) || (origin.get(a) ?? 0) - (origin.get(b) ?? 0));
    links.forEach((link, i) => {
      link.targetPort = (v.width * (i + 0.5)) / links.length;
    });
  }
}

/** The vertex of a link's chain next to one of its ends. */
function neighbour({ chain }: Link, end: Vertex): Vertex | undefined {
  return chain[0] === end ? chain[1] : chain.at(-2);
}

function placeOf(link: Link, v: Vertex | undefined): number {
  return v ? v.position + portOf(link, v) / (v.width + 1) : 0;
}
