import { describe, expect, test } from "vitest";
import { openStrings, wordsOf } from "../src/core/python";

const wordsOfAll = (lines: string[]) => {
  const open = openStrings(lines);
  return lines.map((line, at) => wordsOf(line, open[at] ?? null));
};

/** The words of some lines with their colours; spaces have none. */
function tokens(...lines: string[]): [text: string, colour: string | null][] {
  return wordsOfAll(lines).flatMap((words) =>
    words
      .filter(({ text }) => text.trim())
      .map(({ text, colour }): [string, string | null] => [text, colour]),
  );
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

test("no word of a text is lost", () => {
  const source = 'def f(a):  # 求和\n    s = """two\nlines \\""" + "𝛼"\n\n    return s.sum() ** 2e-3\n';
  const lines = wordsOfAll(source.split("\n")).map((words) => words.map(({ text }) => text).join(""));
  expect(lines.join("\n")).toBe(source);
});
