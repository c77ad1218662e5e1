import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseNotebook } from "../src/notebook";
import { parsePasted } from "../src/pasted";
import { root } from "./runs";

const file = readFileSync(`${root}tests/data/autograd.ipynb`, "utf8");
const shown = readFileSync(`${root}tests/data/autograd.txt`, "utf8");
const sessions = JSON.parse(readFileSync(`${root}tests/data/sessions.json`, "utf8")) as [string, string][];
const sources = (cells: readonly { source: string }[] | undefined) =>
  cells?.map(({ source }) => source.trim());

describe("a pasted text", () => {
  test("that is a notebook's file is that notebook", () => {
    expect(parsePasted(file)).toEqual({ cells: parseNotebook(file), isWhole: true });
  });

  test("that is a notebook as a page shows it has the file's code, without what it printed", () => {
    const pasted = parsePasted(shown);
    expect(pasted?.isWhole).toBe(true);
    expect(sources(pasted?.cells)).toEqual(sources(parseNotebook(file)));
    expect(pasted?.cells[0]?.executionCount).toBe(2);
    expect(pasted?.cells[1]?.note).toBe("在计算y 关于x的梯度之前，需要一个地方存储梯度");
  });

  test("has words in English left out of the code, too", () => {
    const page = "In [1]:\nx = 1\n\nx\n\nOut[1]:\n1\n\nNow we take another.\n\nIn [2]: x + 1\n";
    expect(parsePasted(page)?.cells).toEqual([
      { source: "x = 1\n\nx", executionCount: 1, note: "" },
      { source: "x + 1", executionCount: 2, note: "Now we take another." },
    ]);
  });

  test("with markers is several cells of a notebook", () => {
    const pasted = parsePasted("# %%\na = 1\n# %%\nb = 2\n");
    expect(pasted?.isWhole).toBe(false);
    expect(sources(pasted?.cells)).toEqual(["a = 1", "b = 2"]);
  });

  test.each(sessions)(
    "that is a session of the interpreter loses prompts and what it printed",
    (text, code) => {
      expect(parsePasted(text)).toEqual({
        cells: [{ source: code, executionCount: null, note: "" }],
        isWhole: false,
      });
    },
  );

  test.each([
    "x = 1",
    "x = 1\n# >>> x",
    's = """\n>>> x\n"""',
    "",
    "{1: 2}",
    '{"cells": 3}',
    "{x for x in y}",
    'print("In [2]:")',
    "Adam = torch.optim.Adam\n\nAdam",
  ])("that is plain code stays one: %s", (text) => expect(parsePasted(text)).toBeNull());
});
