/** Raw DEFLATE (RFC 1951) undone, for browsers without `DecompressionStream`: loaded only there. */

/** The code lengths of the alphabet that code lengths are written in, in the order of RFC 1951, 3.2.7. */
const LENGTHS_FIRST = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const MOST_BITS = 15;
const END = 256;

/** A canonical Huffman code: how many codes have each length, and their symbols in order. */
interface Code {
  readonly counts: readonly number[];
  readonly symbols: readonly number[];
}

/** The bytes that were compressed. Throws RangeError for what is no DEFLATE, or holds more than `most` bytes. */
export function inflate(packed: Uint8Array, most: number): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  let at = 0;
  let held = 0;
  let count = 0;

  const bits = (wanted: number): number => {
    while (count < wanted) {
      held |= byte() << count;
      count += 8;
    }
    const value = held & ((1 << wanted) - 1);
    held >>>= wanted;
    count -= wanted;
    return value;
  };
  const byte = (): number => packed[at++] ?? broken();
  const put = (value: number): void => {
    if (out.length >= most) throw new RangeError("too large");
    out.push(value);
  };
  /** The next symbol: among the codes of one length, numbers follow each other. */
  const symbol = ({ counts, symbols }: Code): number => {
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; length <= MOST_BITS; length++) {
      code |= bits(1);
      const among = counts[length] ?? 0;
      if (code - first < among) return symbols[index + code - first] ?? broken();
      index += among;
      first = (first + among) << 1;
      code <<= 1;
    }
    return broken();
  };

  function stored(): void {
    held = 0;
    count = 0;
    const size = byte() | (byte() << 8);
    if ((size ^ (byte() | (byte() << 8))) !== 0xffff) broken();
    for (let left = size; left > 0; left--) put(byte());
  }

  function coded(literals: Code, distances: Code): void {
    for (let found = symbol(literals); found !== END; found = symbol(literals)) {
      if (found < END) {
        put(found);
        continue;
      }
      const length = lengthOf(found - END - 1, bits);
      const back = out.length - distanceOf(symbol(distances), bits);
      if (back < 0) broken();
      for (let k = 0; k < length; k++) put(out[back + k] ?? broken());
    }
  }

  function described(): [Code, Code] {
    const [literals, distances, lengths] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
    const first = new Array<number>(LENGTHS_FIRST.length).fill(0);
    for (const place of LENGTHS_FIRST.slice(0, lengths)) first[place] = bits(3);
    const code = codeOf(first);
    const all: number[] = [];
    while (all.length < literals + distances) {
      const found = symbol(code);
      if (found < 16) all.push(found);
      else if (found === 16) repeat(all, all.at(-1) ?? broken(), bits(2) + 3);
      else repeat(all, 0, found === 17 ? bits(3) + 3 : bits(7) + 11);
    }
    return [codeOf(all.slice(0, literals)), codeOf(all.slice(literals, literals + distances))];
  }

  let isLast = false;
  while (!isLast) {
    isLast = bits(1) === 1;
    const kind = bits(2);
    if (kind === 0) stored();
    else if (kind === 1) coded(codeOf(FIXED), codeOf(new Array<number>(30).fill(5)));
    else if (kind === 2) coded(...described());
    else broken();
  }
  return Uint8Array.from(out);
}

/** The code lengths of blocks that do not describe theirs. */
const FIXED = Array.from({ length: 288 }, (_, at) => (at < 144 ? 8 : at < 256 ? 9 : at < 280 ? 7 : 8));

/** Groups of four lengths share a number of further bits, of two distances another. */
function lengthOf(step: number, bits: (wanted: number) => number): number {
  if (step < 8) return step + 3;
  if (step === 28) return 258;
  if (step > 28) return broken();
  const more = (step >> 2) - 1;
  return ((4 + (step & 3)) << more) + 3 + bits(more);
}

function distanceOf(step: number, bits: (wanted: number) => number): number {
  if (step < 4) return step + 1;
  if (step > 29) return broken();
  const more = (step >> 1) - 1;
  return ((2 + (step & 1)) << more) + 1 + bits(more);
}

function codeOf(lengths: readonly number[]): Code {
  const counts = new Array<number>(MOST_BITS + 1).fill(0);
  const bySymbol = lengths.map((length, symbol) => ({ length, symbol })).filter(({ length }) => length > 0);
  for (const { length } of bySymbol) counts[length] = (counts[length] ?? 0) + 1;
  bySymbol.sort((a, b) => a.length - b.length || a.symbol - b.symbol);
  return { counts, symbols: bySymbol.map(({ symbol }) => symbol) };
}

function repeat(all: number[], value: number, times: number): void {
  for (let k = 0; k < times; k++) all.push(value);
}

function broken(): never {
  throw new RangeError("not a compressed text");
}
