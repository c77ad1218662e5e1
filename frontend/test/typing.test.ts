import { describe, expect, test } from "vitest";
import {
  breakLine,
  type Change,
  dedent,
  deepen,
  eraseLevel,
  indent,
  indentAfter,
  moveLines,
  type Typed,
  toggleComment,
} from "../src/core/typing";

/** `|` is the cursor; between two of them is what is selected. */
function typed(marked: string): Typed {
  const from = marked.indexOf("|");
  const to = Math.max(from, marked.lastIndexOf("|") - 1);
  return { text: marked.replaceAll("|", ""), from, to };
}

function pressed(marked: string, press: (before: Typed) => Change | null): string {
  const before = typed(marked);
  const change = press(before);
  if (!change) return marked;
  const text = before.text.slice(0, change.from) + change.insert + before.text.slice(change.to);
  const [from, to] = change.select;
  const selected = from === to ? "|" : `|${text.slice(from, to)}|`;
  return text.slice(0, from) + selected + text.slice(to);
}

test.each([
  ["def f(a):", 4],
  ["    while x: # on", 8],
  ["    b = b * 2", 4],
  ["    return c", 0],
  ["x = foo(", 4],
  ["", 0],
])("below %j a line is indented by %i", (line, depth) => {
  expect(indentAfter(line)).toBe(depth);
});

describe("Enter", () => {
  test.each([
    ["for i in x:|", "for i in x:\n    |"],
    ["  a|  b", "  a\n  |b"],
    ["a = |1 + |2", "a = \n|2"],
    ["f(x):\n    return 1|\ny", "f(x):\n    return 1\n|\ny"],
  ])("makes of %j %j", (before, then) => expect(pressed(before, breakLine)).toBe(then));
});

describe("Tab", () => {
  test.each([
    ["ab|", "ab  |"],
    ["|ab", "    |ab"],
    ["|a\n\nb|", "    |a\n\n    b|"],
  ])("makes of %j %j", (before, then) => expect(pressed(before, indent)).toBe(then));

  test.each([
    ["      a|b", "  a|b"],
    ["|    a\n  b\n|c", "|a\nb\n|c"],
    ["  |ab", "|ab"],
  ])("with Shift makes of %j %j", (before, then) => expect(pressed(before, dedent)).toBe(then));

  test("with a command key goes deeper whatever is selected", () => {
    expect(pressed("a|b", deepen)).toBe("    a|b");
  });
});

describe("Backspace", () => {
  test.each([
    ["        |a", "    |a"],
    ["      |a", "    |a"],
    ["  a|", "  a|"],
    ["|a", "|a"],
    [" | |a", " | |a"],
  ])("makes of %j %j, or leaves it to the field", (before, then) =>
    expect(pressed(before, eraseLevel)).toBe(then),
  );
});

describe("a comment", () => {
  test.each([
    ["  a|b", "  # a|b"],
    ["  # a|b", "  a|b"],
    ["|a\n\n  b\n|c", "# |a\n\n#   b\n|c"],
    ["# a|\nb|", "# # a|\n# b|"],
  ])("is made of %j: %j", (before, then) => expect(pressed(before, toggleComment)).toBe(then));
});

describe("Alt with an arrow", () => {
  test.each([
    ["a\nb|b\nc", "b|b\na\nc"],
    ["|a\nb\n|c", "|a\nb\n|c"],
    ["a\n|b\nc|", "|b\nc|\na"],
    ["a\n|", "|\na"],
    ["a|\nb", "a|\nb"],
  ])("up makes of %j %j", (before, then) => expect(pressed(before, (at) => moveLines(at, -1))).toBe(then));

  test.each([
    ["a|a\nbb\nc", "bb\na|a\nc"],
    ["|a\nb\n|c", "c\n|a\nb|"],
    ["a\n|b", "a\n|b"],
    ["|\nb", "b\n|"],
  ])("down makes of %j %j", (before, then) => expect(pressed(before, (at) => moveLines(at, 1))).toBe(then));
});
