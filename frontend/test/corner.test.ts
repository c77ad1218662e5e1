/** What stands over the picture stands where it covers least of the cards that matter. */
import { describe, expect, it } from "vitest";
import type { Box } from "../src/core/types";
import { type Corner, freest, placeAmong } from "../src/graph/corner";

const ROOM = { width: 400, height: 300 };
const SIZE = { width: 100, height: 60 };
const INSETS = { side: 10, top: 10, bottom: 50 };
const ALL: Corner[] = ["top-right", "top-left", "bottom-left", "bottom-right"];
const STILL = { k: 1, x: 0, y: 0 };
const card = (x: number, y: number) => ({ x, y, width: 50, height: 40 });
const corner = (...cards: ReturnType<typeof card>[]) => freest(ALL, SIZE, ROOM, INSETS, cards, STILL);

describe("a corner", () => {
  it("is the first where nothing is in its way", () => {
    expect(corner()).toBe("top-right");
    expect(corner(card(180, 100))).toBe("top-right");
  });

  it("is left for another whose place no card touches", () => {
    expect(corner(card(380, 0))).toBe("top-left");
    expect(corner(card(380, 0), card(0, 0))).toBe("bottom-left");
    expect(corner(card(380, 0), card(0, 0), card(20, 200))).toBe("bottom-right");
  });

  it("covers least where none is free", () => {
    expect(corner(card(300, 20), card(100, 20), card(40, 200), card(340, 200))).toBe("top-left");
  });

  it("says whether even the freest covers something", () => {
    const place = (...cards: ReturnType<typeof card>[]) =>
      placeAmong(["top-right", "top-left"], SIZE, ROOM, INSETS, cards, STILL);
    expect(place(card(380, 0))).toEqual({ corner: "top-left", covers: false });
    expect(place(card(380, 0), card(0, 0))).toEqual({ corner: "top-right", covers: true });
  });

  it("is where fewest of the other cards are covered, if none that matters is", () => {
    const place = (matters: Box[], others: Box[]) =>
      placeAmong(["top-right", "top-left"], SIZE, ROOM, INSETS, matters, STILL, others);
    expect(place([], [card(380, 0)])).toEqual({ corner: "top-left", covers: false });
    expect(place([], [card(380, 0), card(0, 0)])).toEqual({ corner: "top-right", covers: false });
    expect(place([card(0, 0)], [card(380, 0), card(300, 0)])).toEqual({ corner: "top-right", covers: false });
  });

  it("counts cards where the camera shows them", () => {
    const moved = { k: 2, x: -400, y: 0 };
    expect(freest(ALL, SIZE, ROOM, INSETS, [card(360, 10)], moved)).toBe("top-left");
    expect(freest(ALL, SIZE, ROOM, INSETS, [card(260, 60)], moved)).toBe("top-right");
  });
});
