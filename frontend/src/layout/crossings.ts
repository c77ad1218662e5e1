/** Counting crossings: of a whole order, and of two neighbours either way round. */

import { portOf, type Tie, type Vertex } from "./level";

/** A position finer than the vertex: which of its ports, so that operands count in order. */
export function place(v: Vertex, { link }: Tie): number {
  return v.position + portOf(link, v) / (v.width + 1);
}

export function otherPlace(tie: Tie): number {
  return place(tie.other, tie);
}

export function countCrossings(layers: Vertex[][]): number {
  let total = 0;
  for (const layer of layers) {
    const stretches = layer.flatMap((v) => v.down.map((tie) => [place(v, tie), otherPlace(tie)] as const));
    stretches.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    total += inversions(stretches.map(([, end]) => end));
  }
  return total;
}

/** How many crossings fewer there would be if two neighbours changed places. */
export function gainOfSwap(left: Vertex, right: Vertex): number {
  return gain(left.up, right.up) + gain(left.down, right.down);
}

function gain(left: Tie[], right: Tie[]): number {
  let difference = 0;
  for (const a of left) for (const b of right) difference += Math.sign(otherPlace(a) - otherPlace(b));
  return difference;
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
