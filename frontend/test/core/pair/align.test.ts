/** Sequences set beside each other: properties over many random ones, and the cases that people compare. */

import { describe, expect, it } from "vitest";
import { align, type Names, type Row } from "../../../src/core/pair/align";

const named = (text: string): Names[] => [...text].map((letter) => [letter, letter.toLowerCase()]);
const shown = (a: string, b: string): string[] =>
  align(named(a), named(b)).map(
    (row) => `${row.a === null ? "-" : a[row.a]}${row.b === null ? "-" : b[row.b]}`,
  );

/** Numbers that look random and are the same each time. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

function pairs(rows: readonly Row[]): [number, number][] {
  return rows.flatMap(({ a, b }): [number, number][] => (a === null || b === null ? [] : [[a, b]]));
}

describe("any two sequences", () => {
  const draw = random(7);
  const texts = Array.from({ length: 300 }, () => {
    const one = Array.from({ length: draw(24) }, () => "abcdABCDxy"[draw(10)]);
    const other = one.flatMap((letter) => (draw(6) === 0 ? [] : draw(6) === 0 ? ["z", letter] : [letter]));
    return [one.join(""), draw(4) === 0 ? "xya" : other.join("")] as const;
  });

  it("have every item in one row, in its order", () => {
    for (const [a, b] of texts) {
      const rows = align(named(a), named(b));
      expect(rows.flatMap((row) => row.a ?? [])).toEqual([...a].map((_, i) => i));
      expect(rows.flatMap((row) => row.b ?? [])).toEqual([...b].map((_, i) => i));
      expect(rows.every((row) => row.a !== null || row.b !== null)).toBe(true);
    }
  });

  it("pair only what has a name in common", () => {
    for (const [a, b] of texts)
      for (const [i, j] of pairs(align(named(a), named(b))))
        expect(a[i]?.toLowerCase()).toBe(b[j]?.toLowerCase());
  });

  it("pair the same, whichever comes first", () => {
    for (const [a, b] of texts)
      expect(pairs(align(named(a), named(b)))).toEqual(
        pairs(align(named(b), named(a))).map(([i, j]) => [j, i]),
      );
  });

  it("pair all of a sequence with itself", () => {
    for (const [a] of texts) expect(pairs(align(named(a), named(a)))).toEqual([...a].map((_, i) => [i, i]));
  });

  it("leave nothing alone on both sides that could be paired between two pairs", () => {
    for (const [a, b] of texts) {
      let [left, right] = [new Set<string>(), new Set<string>()];
      for (const row of [...align(named(a), named(b)), { a: 0, b: 0 }]) {
        if (row.a !== null && row.b !== null) {
          expect([...left].filter((letter) => right.has(letter))).toEqual([]);
          [left, right] = [new Set(), new Set()];
        } else if (row.a !== null) left.add(a[row.a]?.toLowerCase() ?? "");
        else if (row.b !== null) right.add(b[row.b]?.toLowerCase() ?? "");
      }
    }
  });
});

describe("what people compare", () => {
  it("a step that only one has", () => {
    expect(shown("abcd", "abd")).toEqual(["aa", "bb", "c-", "dd"]);
  });
  it("a loop where each iteration of one has a step more", () => {
    expect(shown("abcabcabc", "ababab")).toEqual(["aa", "bb", "c-", "aa", "bb", "c-", "aa", "bb", "c-"]);
  });
  it("a loop that goes round once more", () => {
    expect(shown("pababq", "pabababq").filter((row) => row.includes("-"))).toEqual(["-a", "-b"]);
  });
  it("a statement that was changed stands beside what it was", () => {
    expect(shown("abcd", "abCd")).toEqual(["aa", "bb", "cC", "dd"]);
  });
  it("what is exactly the same goes before what is only like it", () => {
    expect(shown("xBb", "xb")).toEqual(["xx", "B-", "bb"]);
  });
  it("nothing in common", () => {
    expect(shown("ab", "xy")).toEqual(["a-", "b-", "-x", "-y"]);
  });
  it("long runs without a quadratic search", () => {
    const round = "abcdefgh".repeat(1500);
    expect(pairs(align(named(round), named(`${round.slice(0, 4)}z${round.slice(4)}`)))).toHaveLength(12_000);
  });
});
