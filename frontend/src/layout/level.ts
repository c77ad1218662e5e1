/**
 * One level of nesting: boxes and the links between them, drawn from top to bottom. Every pass of the layout reads and
 * fills these. A group is a box here; what is inside it is a level of its own.
 */

import type { Point } from "../core/types";

export const SPACE = {
  /** Between boxes side by side. */
  gap: 28,
  /** Between a long edge and its neighbour. */
  lane: 12,
  /** Between layers. */
  rank: 40,
  /** Between a group's border ports and its first (or last) layer. */
  border: 20,
  /** Inside a group, but for above, where its title is. */
  padding: 14,
};

export interface Vertex {
  id: string;
  width: number;
  height: number;
  /** Program order, which breaks every tie. */
  rank: number;
  /** A port of the surrounding group: on its upper or lower border. Null: a box. */
  pin: "first" | "last" | null;
  /** A place where a long link passes a layer. */
  isBend: boolean;
  layer: number;
  /** Position in its layer. */
  position: number;
  x: number;
  y: number;
  up: Tie[];
  down: Tie[];
}

/** A stretch of a link between neighbouring layers, seen from a vertex at one end. */
export interface Tie {
  link: Link;
  other: Vertex;
  weight: number;
}

export interface Link {
  id: string;
  source: Vertex;
  target: Vertex;
  sourcePort: number;
  targetPort: number;
  /** The operand it is; null where it ends at a group or a port. */
  slot: number | null;
  /** Leaves a card anywhere on its edge: several then spread. A group's port is where it is. */
  isFree: boolean;
  weight: number;
  /** Runs against the layers: only in a graph with a cycle. */
  isReversed: boolean;
  /** The vertices it passes, upper end first. */
  chain: Vertex[];
  points: Point[];
}

export interface Level {
  vertices: Vertex[];
  links: Link[];
  layers: Vertex[][];
}

export function vertex(
  id: string,
  width: number,
  height: number,
  rank: number,
  pin: Vertex["pin"] = null,
): Vertex {
  return {
    id,
    width,
    height,
    rank,
    pin,
    isBend: false,
    layer: 0,
    position: 0,
    x: 0,
    y: 0,
    up: [],
    down: [],
  };
}

/** Space to keep after a vertex in its layer. */
export function gapAfter({ isBend, pin }: Vertex): number {
  return isBend || pin ? SPACE.lane : SPACE.gap;
}

/** Where a link is attached to a vertex of its chain, from the vertex's left edge. */
export function portOf(link: Link, v: Vertex): number {
  if (v === link.source) return link.sourcePort;
  return v === link.target ? link.targetPort : v.width / 2;
}
