import { beforeEach, describe, expect, test } from "vitest";
import {
  addCell,
  cells,
  focusRequest,
  lesson,
  moveCell,
  openCells,
  openEmpty,
  openLesson,
  removeCell,
  replaceCell,
} from "../src/state/cells";
import { FIRST } from "../src/state/first-lesson";

const sources = () => cells.value.map((cell) => cell.source.value);
const cellAt = (index: number) => {
  const cell = cells.value[index];
  if (!cell) throw new Error(`no cell ${index}`);
  return cell;
};

beforeEach(() => {
  openCells(
    "test.py",
    ["a", "b", "c"].map((source) => ({ source, executionCount: null, note: "" })),
  );
});

describe("the notebook", () => {
  test("takes a new cell below another, or at its end", () => {
    addCell(cellAt(0), "new");
    addCell(undefined, "last");
    expect(sources()).toEqual(["a", "new", "b", "c", "last"]);
  });

  test("moves a cell, but not past an end", () => {
    moveCell(cellAt(2), -1);
    expect(sources()).toEqual(["a", "c", "b"]);
    moveCell(cellAt(0), -1);
    moveCell(cellAt(2), 1);
    expect(sources()).toEqual(["a", "c", "b"]);
  });

  test("is never without a cell", () => {
    for (const cell of cells.value) removeCell(cell);
    expect(sources()).toEqual([""]);
  });

  test("puts pasted cells in the place of one", () => {
    replaceCell(
      cellAt(1),
      ["x", "y"].map((source) => ({ source, executionCount: null, note: "" })),
    );
    expect(sources()).toEqual(["a", "x", "y", "c"]);
  });

  test("keeps a cell's identity while it moves", () => {
    const { id } = cellAt(0);
    moveCell(cellAt(0), 1);
    expect(cellAt(1).id).toBe(id);
  });
});

test("the first lesson opens with its cells and the numbers it was run with; a file is no lesson", () => {
  openLesson(FIRST);
  expect(lesson.value?.id).toBe("autograd");
  expect(sources()).toEqual(FIRST.cells.map((cell) => cell.source.join("\n")));
  expect(cells.value.map((cell) => cell.executionCount)).toEqual(
    FIRST.cells.map((cell) => cell.execution_count),
  );
  openEmpty();
  expect(lesson.value).toBeNull();
});

test("an empty notebook has one cell, which asks for the focus", () => {
  openEmpty();
  expect(sources()).toEqual([""]);
  expect(focusRequest.value).toBe(cellAt(0).id);
});
