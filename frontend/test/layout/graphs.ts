/** Random graphs like those of programs: each node takes some of the nodes before it, scopes nest and are contiguous. */

import type { LayoutGraph } from "../../src/core/types";

/** A small generator of numbers in [0, 1) from a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function randomGraph(seed: number, size: number): LayoutGraph {
  const next = random(seed);
  const whole = (limit: number): number => Math.floor(next() * limit);
  const graph: LayoutGraph = { nodes: [], edges: [], groups: [] };
  const open: string[] = [];
  for (let i = 0; i < size; i++) {
    if (next() < 0.12 && open.length < 4) {
      const id = `g${graph.groups.length}`;
      graph.groups.push({ id, parent: open.at(-1) ?? null, titleWidth: 30 + whole(120), titleHeight: 28 });
      open.push(id);
    } else if (next() < 0.15) open.pop();
    graph.nodes.push({
      id: `n${i}`,
      width: 40 + whole(160),
      height: 24 + whole(60),
      group: open.at(-1) ?? null,
    });
    const operands = i === 0 ? 0 : whole(4);
    for (let slot = 0; slot < operands; slot++) {
      const source = `n${next() < 0.8 ? Math.max(0, i - 1 - whole(6)) : whole(i)}`;
      graph.edges.push({ id: `e${i}.${slot}`, source, target: `n${i}`, slot, tracked: next() < 0.7 });
    }
  }
  const used = new Set<string>();
  const parents = new Map(graph.groups.map(({ id, parent }) => [id, parent]));
  for (const { group } of graph.nodes)
    for (let id: string | null = group; id !== null; id = parents.get(id) ?? null) used.add(id);
  return { ...graph, groups: graph.groups.filter(({ id }) => used.has(id)) };
}
