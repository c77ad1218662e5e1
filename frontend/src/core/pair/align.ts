/**
 * Two sequences set beside each other: what is alike is paired, in order, and what only one of them has stands alone.
 *
 * They are paired as well as they can be. In sequences too long for that, what is the n-th of its name in both is an anchor, as
 * far as anchors do not cross, and what lies between two anchors is paired so. Given the other way round, the same are paired.
 */

import { at } from "../lists";

/** What an item is, from what tells it exactly to what it is only like; items with a name in common may be paired. */
export type Names = readonly string[];

/** A row of the two: an item of each, or of one of them only. */
export interface Row {
  readonly a: number | null;
  readonly b: number | null;
}

type Pair = readonly [a: number, b: number];

/** What a pair is worth, by the name that both have: an exact one outweighs several that are only alike. */
const WORTH = [12, 5, 1];
/** More possible pairs than this are not gone through. */
const MOST_PAIRS = 1_000_000;

/** Every item is in one row, in the order that it had. */
export function align(a: readonly Names[], b: readonly Names[]): Row[] {
  return rowsOf(pairsOf(a, b), a.length, b.length);
}

/** The pairs, ascending in both. */
function pairsOf(a: readonly Names[], b: readonly Names[]): Pair[] {
  // Among equally good ways the one that is taken must not depend on which sequence comes first.
  if (!isFirst(a, b)) return pairsOf(b, a).map(([one, other]) => [other, one]);
  let head = 0;
  const most = Math.min(a.length, b.length);
  while (head < most && isSame(a[head], b[head])) head++;
  let tail = 0;
  while (tail < most - head && isSame(a.at(-1 - tail), b.at(-1 - tail))) tail++;
  const pairs: Pair[] = Array.from({ length: head }, (_, i) => [i, i]);
  const from = { a: head, b: head };
  const to = { a: a.length - tail, b: b.length - tail };
  for (const pair of between(a, b, from, to)) pairs.push(pair);
  for (let i = 0; i < tail; i++) pairs.push([to.a + i, to.b + i]);
  return pairs;
}

function isSame(one: Names | undefined, other: Names | undefined): boolean {
  return one?.[0] === other?.[0];
}

function isFirst(a: readonly Names[], b: readonly Names[]): boolean {
  if (a.length !== b.length) return a.length < b.length;
  for (const [i, names] of a.entries()) {
    const [one, other] = [names.join("\u0000"), at(b, i).join("\u0000")];
    if (one !== other) return one < other;
  }
  return true;
}

interface Place {
  readonly a: number;
  readonly b: number;
}

function* between(a: readonly Names[], b: readonly Names[], from: Place, to: Place): Generator<Pair> {
  if (isSmall(from, to)) {
    yield* filled(a, b, from, to);
    return;
  }
  let last = from;
  for (const [i, j] of [...anchors(a, b, from, to), [to.a, to.b] as Pair]) {
    yield* filled(a, b, last, { a: i, b: j });
    if (i < to.a) yield [i, j];
    last = { a: i + 1, b: j + 1 };
  }
}

/** The longest chain of pairs that are the n-th of their exact name in both. */
function anchors(a: readonly Names[], b: readonly Names[], from: Place, to: Place): Pair[] {
  const places = new Map<string, number>();
  const numbered = (names: Names, seen: Map<string, number>): string => {
    const name = names[0] ?? "";
    const nth = seen.get(name) ?? 0;
    seen.set(name, nth + 1);
    return `${nth} ${name}`;
  };
  const seenInB = new Map<string, number>();
  for (let j = from.b; j < to.b; j++) places.set(numbered(at(b, j), seenInB), j);
  const seenInA = new Map<string, number>();
  const pairs: Pair[] = [];
  for (let i = from.a; i < to.a; i++) {
    const j = places.get(numbered(at(a, i), seenInA));
    if (j !== undefined) pairs.push([i, j]);
  }
  return longestChain(pairs);
}

/** Of pairs that ascend in `a`, the most that ascend in `b` too. */
function longestChain(pairs: readonly Pair[]): Pair[] {
  /** By length, the pair that ends a chain of that length lowest. */
  const ends: number[] = [];
  const before: number[] = [];
  for (const [index, [, j]] of pairs.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at(pairs, at(ends, middle))[1] < j) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? at(ends, low - 1) : -1;
    ends[low] = index;
  }
  const chain: Pair[] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) chain.push(at(pairs, index));
  return chain.reverse();
}

function isSmall(from: Place, to: Place): boolean {
  return (to.a - from.a) * (to.b - from.b) <= MOST_PAIRS;
}

/** The pairs of most worth in a gap between anchors. */
function filled(a: readonly Names[], b: readonly Names[], from: Place, to: Place): Pair[] {
  const rows = to.a - from.a;
  const columns = to.b - from.b;
  if (!isSmall(from, to)) return [];
  const width = columns + 1;
  /** What is the best from each place to the end. */
  const best = new Int32Array((rows + 1) * width);
  const worths = new Int32Array(rows * columns);
  for (let i = rows - 1; i >= 0; i--)
    for (let j = columns - 1; j >= 0; j--) {
      const worth = worthOf(at(a, from.a + i), at(b, from.b + j));
      worths[i * columns + j] = worth;
      const paired = worth > 0 ? worth + (best[(i + 1) * width + j + 1] ?? 0) : 0;
      best[i * width + j] = Math.max(paired, best[(i + 1) * width + j] ?? 0, best[i * width + j + 1] ?? 0);
    }
  const pairs: Pair[] = [];
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    const here = best[i * width + j] ?? 0;
    const worth = worths[i * columns + j] ?? 0;
    if (worth > 0 && here === worth + (best[(i + 1) * width + j + 1] ?? 0)) {
      pairs.push([from.a + i, from.b + j]);
      i++;
      j++;
    } else if (here === best[(i + 1) * width + j]) i++;
    else j++;
  }
  return pairs;
}

function worthOf(one: Names, other: Names): number {
  const level = one.findIndex((name, index) => name === other[index]);
  return WORTH[level] ?? 0;
}

/** All items in rows: between two pairs first what only `a` has. */
function rowsOf(pairs: readonly Pair[], a: number, b: number): Row[] {
  const rows: Row[] = [];
  let [i, j] = [0, 0];
  for (const [toA, toB] of [...pairs, [a, b] as Pair]) {
    while (i < toA) rows.push({ a: i++, b: null });
    while (j < toB) rows.push({ a: null, b: j++ });
    if (toA < a) rows.push({ a: i++, b: j++ });
  }
  return rows;
}
