/**
 * Pass 6: x by layers, y by layer heights.
 *
 * Each vertex wants its links straight: the weighted mean of where its neighbours would have it. The nearest places that
 * keep order and distance are an isotonic regression, solved exactly by pooling neighbours that would overlap.
 */

import { at, reversed } from "../core/lists";
import type { Level, Vertex } from "./level";
import { gapAfter, portOf, SPACE } from "./level";

const ROUNDS = 16;
/** The last rounds look both ways. */
const SETTLING = 2;

export function assignCoordinates(level: Level): void {
  for (const layer of level.layers) {
    let x = 0;
    for (const v of layer) {
      v.x = x;
      x += v.width + gapAfter(v);
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    const isDown = round % 2 === 0;
    const layers = isDown ? level.layers : reversed(level.layers);
    const side = round >= ROUNDS - SETTLING ? "both" : isDown ? "up" : "down";
    for (const layer of layers) straighten(layer, side);
  }
  for (const layer of level.layers) gatherLoose(layer);
  const all = level.layers.flat();
  const left = all.reduce((least, { x }) => Math.min(least, x), Number.POSITIVE_INFINITY);
  for (const v of all) v.x -= left;
  stack(level.layers);
}

/** What nothing pulls at stands beside what has its place. */
function gatherLoose(layer: Vertex[]): void {
  const isTied = ({ up, down }: Vertex): boolean => up.length + down.length > 0;
  const first = layer.findIndex(isTied);
  if (first < 0) return;
  for (let i = first - 1; i >= 0; i--) {
    const [v, next] = [at(layer, i), at(layer, i + 1)];
    v.x = next.x - gapAfter(v) - v.width;
  }
  for (let i = layer.findLastIndex(isTied) + 1; i < layer.length; i++) {
    const [previous, v] = [at(layer, i - 1), at(layer, i)];
    v.x = previous.x + previous.width + gapAfter(previous);
  }
}

interface Pool {
  /** Sum of weight times (wish less offset), and of weights: their quotient is where the pool starts. */
  pull: number;
  weight: number;
  members: { v: Vertex; offset: number }[];
}

function straighten(layer: Vertex[], side: "up" | "down" | "both"): void {
  const pools: Pool[] = [];
  let offset = 0;
  for (const v of layer) {
    const { x, weight } = wish(v, side);
    let pool: Pool = { pull: (x - offset) * weight, weight, members: [{ v, offset }] };
    offset += v.width + gapAfter(v);
    for (let left = pools.at(-1); left && start(left) >= start(pool); left = pools.at(-1)) {
      pools.pop();
      pool = {
        pull: left.pull + pool.pull,
        weight: left.weight + pool.weight,
        members: left.members.concat(pool.members),
      };
    }
    pools.push(pool);
  }
  for (const pool of pools) for (const { v, offset: from } of pool.members) v.x = start(pool) + from;
}

function start({ pull, weight }: Pool): number {
  return pull / weight;
}

function wish(v: Vertex, side: "up" | "down" | "both"): { x: number; weight: number } {
  const ties = side === "both" ? [...v.up, ...v.down] : v[side];
  const weight = ties.reduce((sum, tie) => sum + tie.weight, 0);
  if (weight === 0) return { x: v.x, weight: 0.05 };
  const pull = ties.reduce((sum, { link, other, weight }) => {
    return sum + (other.x + portOf(link, other) - portOf(link, v)) * weight;
  }, 0);
  return { x: pull / weight, weight };
}

/** Layers one below the other, boxes centred in them. */
function stack(layers: Vertex[][]): void {
  let y = 0;
  layers.forEach((layer, i) => {
    const height = heightOf(layer);
    for (const v of layer) v.y = y + (height - v.height) / 2;
    const next = layers[i + 1];
    if (next) y += height + (isBorder(layer) || isBorder(next) ? SPACE.border : SPACE.rank);
  });
}

export function heightOf(layer: Vertex[]): number {
  return layer.reduce((tallest, { height }) => Math.max(tallest, height), 0);
}

function isBorder(layer: Vertex[]): boolean {
  return layer.some(({ pin }) => pin !== null);
}
