import { describe, expect, test } from "vitest";
import { type Entry, entryAfter, type Open } from "../src/state/visits";

const LESSON: Open = { lesson: "kinks", opening: 1, sources: ["x"], hasRun: false };
const OPENED: Entry = { open: LESSON, isDraft: false };

/** What a person does, one after another: whether each begins an entry of the history. */
function begins(from: Entry, ...then: Partial<Open>[]): boolean[] {
  let entry = from;
  return then.map((change) => {
    const after = entryAfter(entry, { ...entry.open, ...change });
    entry = after.entry;
    return after.isNew;
  });
}

describe("an entry of the browser's history", () => {
  test("goes on while what is open is run and stepped through", () => {
    expect(begins(OPENED, { hasRun: true }, {}, {})).toEqual([false, false, false]);
  });

  test("begins with another lesson, and not with the same opened again as it was", () => {
    expect(
      begins(OPENED, { opening: 2 }, { lesson: "ties", opening: 3 }, { opening: 4, sources: ["y"] }),
    ).toEqual([false, true, true]);
  });

  test("begins with the first letter that is written, and again with the first after a run", () => {
    const writing = [
      { sources: ["xy"] },
      { sources: ["xyz"] },
      { hasRun: true },
      { sources: ["xyz!"], hasRun: false },
    ];
    expect(begins(OPENED, ...writing)).toEqual([true, false, false, true]);
  });

  test("begins with code that is written and run at once, as a mend is", () => {
    const mends = [
      { sources: ["mended"], hasRun: true },
      { sources: ["twice"], hasRun: true },
    ];
    expect(begins(OPENED, ...mends)).toEqual([true, true]);
  });

  test("takes in what is written into an empty notebook", () => {
    expect(begins(OPENED, { lesson: null, opening: 2, sources: [""] }, { sources: ["a"] })).toEqual([
      true,
      false,
    ]);
  });
});
