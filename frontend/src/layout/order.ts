/** Pass 3: the order within each layer. Barycentre sweeps, program order breaking ties; the order with fewest crossings. */

import type { Level, Tie, Vertex } from "./level";

const SWEEPS = 24;
/** Sweeps without improvement before giving up. */
const PATIENCE = 4;

export function orderLayers(level: Level): void {
  for (const layer of level.layers) arrange(layer, (a, b) => a.rank - b.rank);
  let fewest = crossings(level.layers);
  let best = level.layers.map((layer) => [...layer]);
  for (let sweep = 0, idle = 0; sweep < SWEEPS && fewest > 0 && idle < PATIENCE; sweep++) {
    const isDown = sweep % 2 === 0;
    const layers = isDown ? level.layers : level.layers.toReversed();
    for (const layer of layers.slice(1)) sortByNeighbours(layer, isDown ? "up" : "down");
    const count = crossings(level.layers);
    if (count < fewest) {
      fewest = count;
      best = level.layers.map((layer) => [...layer]);
      idle = 0;
    } else idle++;
  }
  level.layers = best;
  for (const layer of best) number(layer);
}

function sortByNeighbours(layer: Vertex[], side: "up" | "down"): void {
  const centre = new Map(
    layer.map((v) => {
      const ties = v[side];
      const sum = ties.reduce((total, tie) => total + otherEnd(tie), 0);
      return [v, ties.length ? sum / ties.length : v.position];
    }),
  );
  arrange(layer, (a, b) => (centre.get(a) ?? 0) - (centre.get(b) ?? 0) || a.rank - b.rank);
}

function arrange(layer: Vertex[], compare: (a: Vertex, b: Vertex) => number): void {
  layer.sort(compare);
  number(layer);
}

function number(layer: Vertex[]): void {
  layer.forEach((v, position) => {
    v.position = position;
  });
}

/** A position finer than the vertex: which of its ports, so that operands count in order. */
function thisEnd(v: Vertex, tie: Tie): number {
  return v.position + tie.port / (v.width + 1);
}

function otherEnd(tie: Tie): number {
  return tie.other.position + tie.otherPort / (tie.other.width + 1);
}

function crossings(layers: Vertex[][]): number {
  let total = 0;
  for (const layer of layers) {
    const stretches = layer.flatMap((v) => v.down.map((tie) => [thisEnd(v, tie), otherEnd(tie)] as const));
    stretches.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    total += inversions(stretches.map(([, end]) => end));
  }
  return total;
}

/** How many pairs are out of order: a Fenwick tree over the sorted values. */
function inversions(numbers: number[]): number {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const rank = new Map(sorted.map((value, i) => [value, i + 1]));
  const tree = new Int32Array(sorted.length + 1);
  let total = 0;
  numbers.forEach((value, seen) => {
    const own = rank.get(value) ?? 1;
    let upTo = 0;
    for (let i = own; i > 0; i -= i & -i) upTo += tree[i] ?? 0;
    total += seen - upTo;
    for (let i = own; i < tree.length; i += i & -i) tree[i] = (tree[i] ?? 0) + 1;
  });
  return total;
}
