import { expect, it } from "vitest";
import { ledgers } from "../../src/core/ledger";
import { numbersOf } from "../../src/core/values";
import { cell, lesson } from "../golden";

const told = ledgers(lesson).map(({ name, entries }) => ({
  name,
  entries: entries.map(({ kind, value, cell: where }) => ({
    kind,
    where,
    value: value === null ? null : numbersOf(lesson.trace, value).data,
  })),
}));

it("has a ledger for each leaf that gets a gradient", () => {
  expect(told.map(({ name }) => name)).toEqual(["x", "a", "a"]);
});

it("tells x.grad through the lesson, contribution by contribution", () => {
  const dot = [0, 2, 4, 6];
  const half = [0, 1, 2, 3];
  const zeros = { kind: "zero", value: [0, 0, 0, 0] };
  expect(told[0]?.entries).toEqual(
    [
      { kind: "contribution", where: 5, value: dot },
      { kind: "contribution", where: 5, value: dot },
      { kind: "accumulate", where: 5, value: [0, 4, 8, 12] },
      { ...zeros, where: 8 },
      { kind: "contribution", where: 10, value: [1, 1, 1, 1] },
      { kind: "accumulate", where: 10, value: [1, 1, 1, 1] },
      { ...zeros, where: 17 },
      { kind: "contribution", where: 17, value: half },
      { kind: "contribution", where: 17, value: half },
      { kind: "accumulate", where: 17, value: [0, 2, 4, 6] },
      { ...zeros, where: 25 },
      { kind: "contribution", where: 25, value: [0, 1, 4, 9] },
      { kind: "accumulate", where: 25, value: [0, 1, 4, 9] },
      { ...zeros, where: 26 },
      { kind: "contribution", where: 26, value: half },
      { kind: "contribution", where: 26, value: half },
      { kind: "accumulate", where: 26, value: [0, 2, 4, 6] },
    ].map((entry) => ({ ...entry, where: cell(entry.where) })),
  );
});
