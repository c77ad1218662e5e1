/**
 * Pass 4: the order within each layer, with few crossings.
 *
 * Barycentre sweeps down and up, program order breaking ties; then neighbours that cross less the other way round change
 * places. The best order seen wins.
 */

import { at, reversed } from "../core/lists";
import { countCrossings, gainOfSwap, otherPlace } from "./crossings";
import type { Level, Vertex } from "./level";

const SWEEPS = 12;
/** Sweeps without improvement before giving up. */
const PATIENCE = 4;
const SWAP_ROUNDS = 6;
/** Vertices with more links than this do not swap: comparing each pair of links would take too long. */
const MANY = 50;

export function orderLayers(level: Level): void {
  const initial = level.layers.map((layer) => [...layer].sort((a, b) => a.rank - b.rank));
  let best = initial;
  let fewest = Number.POSITIVE_INFINITY;
  const keepBest = (layers: Vertex[][]): boolean => {
    const count = countCrossings(layers);
    if (count >= fewest) return false;
    fewest = count;
    best = layers.map((layer) => [...layer]);
    return true;
  };

  for (const startsDown of [true, false]) {
    const layers = initial.map((layer) => [...layer]);
    for (const layer of layers) number(layer);
    keepBest(layers);
    for (let sweep = 0, idle = 0; sweep < SWEEPS && fewest > 0 && idle < PATIENCE; sweep++) {
      sweepOver(layers, (sweep % 2 === 0) === startsDown);
      idle = keepBest(layers) ? 0 : idle + 1;
    }
    for (let round = 0; round < SWAP_ROUNDS && fewest > 0; round++) {
      swapNeighbours(layers, round % 2 === 1);
      keepBest(layers);
    }
  }
  level.layers = best;
  for (const layer of best) number(layer);
}

function sweepOver(layers: Vertex[][], isDown: boolean): void {
  const inOrder = isDown ? layers : reversed(layers);
  for (const layer of inOrder.slice(1)) {
    const centre = new Map(layer.map((v) => [v, centreOf(v, isDown ? "up" : "down")]));
    layer.sort((a, b) => (centre.get(a) ?? 0) - (centre.get(b) ?? 0) || a.rank - b.rank);
    number(layer);
  }
}

function centreOf(v: Vertex, side: "up" | "down"): number {
  const ties = v[side];
  if (!ties.length) return v.position;
  return ties.reduce((sum, tie) => sum + otherPlace(tie), 0) / ties.length;
}

/** With `evenIfEqual`, neighbours that cross as much either way change places too: a way out of a dead end. */
function swapNeighbours(layers: Vertex[][], evenIfEqual: boolean): void {
  for (const layer of layers) {
    for (let i = 1; i < layer.length; i++) {
      const [left, right] = [at(layer, i - 1), at(layer, i)];
      if (degree(left) > MANY || degree(right) > MANY) continue;
      const gain = gainOfSwap(left, right);
      if (gain > 0 || (gain === 0 && evenIfEqual && degree(left) > 0 && degree(right) > 0)) {
        [layer[i - 1], layer[i]] = [right, left];
        [left.position, right.position] = [i, i - 1];
      }
    }
  }
}

function degree({ up, down }: Vertex): number {
  return up.length + down.length;
}

function number(layer: Vertex[]): void {
  layer.forEach((v, position) => {
    v.position = position;
  });
}
