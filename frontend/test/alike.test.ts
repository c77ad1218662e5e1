import { describe, expect, test } from "vitest";
import { inOrder } from "../alike.plugin.ts";

const SIGHT = 30_000;
const GRAM = 6;
const FIRST = ["function a(){return sum(left,right)+offset}", "function b(){return sum(left,right)-offset}"];
const SECOND = ["class Walk extends Steps{next(){}}", "class Walk extends Steps{last(){}}"];

describe("the order of texts that are to be compressed", () => {
  test("has each of them once", () => {
    const texts = [...FIRST, "", "x", ...SECOND];
    expect([...inOrder(texts, SIGHT, GRAM)].sort()).toEqual([...texts.keys()]);
  });

  test("has like beside like", () => {
    const [a, b] = FIRST;
    const [c, d] = SECOND;
    const order = inOrder(
      [a, c, b, d].map((each) => each ?? ""),
      SIGHT,
      GRAM,
    );
    expect(order).toEqual([0, 2, 1, 3]);
  });

  test("forgets what is out of sight", () => {
    const filler = Array.from({ length: 9000 }, (_, i) => `${i};`).join("");
    const order = inOrder([filler, ...FIRST], SIGHT, GRAM);
    expect(Math.abs(order.indexOf(1) - order.indexOf(2))).toBe(1);
  });
});
