import { StringStream } from "@codemirror/language";
import { describe, expect, test } from "vitest";
import { type PythonState, pythonToken, wordsOf } from "../src/core/python";
import { indentAfter } from "../src/views/editor/python";

/** The words of some lines with their colours; spaces have none. */
function tokens(...lines: string[]): [text: string, colour: string | null][] {
  const state: PythonState = { open: null, defines: false };
  return lines.flatMap((line) => {
    const stream = new StringStream(line, 4, 4);
    const found: [string, string | null][] = [];
    while (!stream.eol()) {
      stream.start = stream.pos;
      const colour = pythonToken(stream, state);
      if (stream.current().trim()) found.push([stream.current(), colour]);
    }
    return found;
  });
}

const coloured = (colour: string, ...lines: string[]) =>
  tokens(...lines)
    .filter(([, own]) => own === colour)
    .map(([text]) => text);

describe("Python's colours", () => {
  test("tell keywords, names, numbers and comments apart", () => {
    expect(tokens("while b.norm() < 1e3: # 循环")).toEqual([
      ["while", "keyword"],
      ["b", "variableName"],
      [".", "operator"],
      ["norm", "variableName"],
      ["(", "operator"],
      [")", "operator"],
      ["<", "operator"],
      ["1e3", "number"],
      [":", "operator"],
      ["# 循环", "comment"],
    ]);
  });

  test.each(["4.0", ".5", "0x1f", "1_000", "2j", "1.5e-3"])("take %s for one number", (text) => {
    expect(tokens(text)).toEqual([[text, "number"]]);
  });

  test("name what is defined", () => {
    expect(coloured("variableName.definition", "def f(a):", "class Net:")).toEqual(["f", "Net"]);
  });

  test("follow a string over its lines, and to its end only", () => {
    expect(coloured("string", "s = '''a # b", "c''' + x")).toEqual(["'''a # b", "c'''"]);
    expect(coloured("string", "f'{x}' + r\"\\d\" + 'it\\'s'")).toEqual(["f'{x}'", 'r"\\d"', "'it\\'s'"]);
    expect(coloured("variableName", "'open", "x")).toEqual(["x"]);
  });

  test("take match for a keyword only where it begins a statement", () => {
    expect(coloured("keyword", "match x:", "match = 1")).toEqual(["match"]);
  });
});

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

describe("Python read without an editor", () => {
  const SOURCE = 'def f(a):  # 求和\n    s = """two\nlines \\""" + "𝛼"\n\n    return s.sum() ** 2e-3\n';

  test("loses nothing of the text", () => {
    const lines = wordsOf(SOURCE).map((words) => words.map(({ text }) => text).join(""));
    expect(lines.join("\n")).toBe(SOURCE);
  });

  test("has the colours that it has in the editor", () => {
    const lines = SOURCE.split("\n");
    const here = wordsOf(SOURCE).flatMap((words) =>
      words.filter(({ text }) => text.trim()).map(({ text, colour }) => [text, colour]),
    );
    expect(here).toEqual(tokens(...lines));
  });
});
