/** Pass 1: the layer of each box, so that links run downwards. Longest path; then what feeds others moves next to them. */

import { at, push } from "../core/lists";
import type { Level, Link, Vertex } from "./level";

export function assignLayers(level: Level): void {
  const incoming = new Map<Vertex, Link[]>();
  const outgoing = new Map<Vertex, Link[]>();
  for (const link of level.links) {
    push(outgoing, link.source, link);
    push(incoming, link.target, link);
  }
  const order = topological(level.vertices, incoming, outgoing);
  for (const link of level.links)
    link.isReversed = (order.get(link.source) ?? 0) > (order.get(link.target) ?? 0);

  const sorted = [...order.keys()];
  const above = (v: Vertex): Vertex[] => neighbours(v, incoming, outgoing, "above");
  const below = (v: Vertex): Vertex[] => neighbours(v, incoming, outgoing, "below");
  // Border ports have the first and the last layer to themselves.
  const top = level.vertices.some(({ pin }) => pin === "first") ? 1 : 0;
  for (const v of sorted) v.layer = v.pin === "first" ? 0 : Math.max(top, lowest(above(v)) + 1);
  for (const v of sorted.reverse()) {
    const next = below(v);
    if (v.pin !== "first" && next.length > above(v).length)
      v.layer = Math.max(v.layer, Math.min(...next.map(({ layer }) => layer)) - 1);
  }
  const bottom = lowest(level.vertices.filter(({ pin }) => pin !== "last")) + 1;
  for (const v of level.vertices) if (v.pin === "last") v.layer = bottom;

  const depth = lowest(level.vertices) + 1;
  level.layers = Array.from({ length: depth }, () => []);
  for (const v of level.vertices) at(level.layers, v.layer).push(v);
}

function lowest(vertices: Vertex[]): number {
  return vertices.reduce((last, { layer }) => Math.max(last, layer), -1);
}

function neighbours(
  v: Vertex,
  incoming: Map<Vertex, Link[]>,
  outgoing: Map<Vertex, Link[]>,
  side: "above" | "below",
): Vertex[] {
  const into = incoming.get(v) ?? [];
  const out = outgoing.get(v) ?? [];
  const isAbove = side === "above";
  return [
    ...into.filter(({ isReversed }) => isReversed !== isAbove).map(({ source }) => source),
    ...out.filter(({ isReversed }) => isReversed === isAbove).map(({ target }) => target),
  ];
}

/** Kahn's order, earliest in the program first; a cycle is entered at its earliest box. */
function topological(
  vertices: Vertex[],
  incoming: Map<Vertex, Link[]>,
  outgoing: Map<Vertex, Link[]>,
): Map<Vertex, number> {
  const waiting = new Map(vertices.map((v) => [v, incoming.get(v)?.length ?? 0]));
  const order = new Map<Vertex, number>();
  const ready = vertices.filter((v) => waiting.get(v) === 0);
  let next = 0;
  let unplaced = 0;
  while (order.size < vertices.length) {
    const v = ready[next] ?? at(vertices, unplaced);
    if (next < ready.length) next++;
    else unplaced++;
    if (order.has(v)) continue;
    order.set(v, order.size);
    for (const { target } of outgoing.get(v) ?? []) {
      const left = (waiting.get(target) ?? 0) - 1;
      waiting.set(target, left);
      if (left === 0) ready.push(target);
    }
  }
  return order;
}
