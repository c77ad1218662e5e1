import { describe, expect, test } from "vitest";
import { NotebookError, parseFile, parseNotebook, parseScript } from "../src/notebook";

const notebook = (cells: unknown[]) =>
  JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });

describe("a notebook file", () => {
  test("gives its code cells in order with their execution counts", () => {
    const cells = parseNotebook(
      notebook([
        { cell_type: "code", source: ["import torch\n", "x"], execution_count: 2, outputs: [] },
        { cell_type: "code", source: "y", execution_count: null, outputs: [] },
      ]),
    );
    expect(cells).toEqual([
      { source: "import torch\nx", executionCount: 2, note: "" },
      { source: "y", executionCount: null, note: "" },
    ]);
  });

  test("puts the words of markdown cells above the next code cell, without marks and pictures", () => {
    const cells = parseNotebook(
      notebook([
        { cell_type: "markdown", source: "![image.png](attachment:a.png)" },
        { cell_type: "markdown", source: "## The **chain** rule" },
        { cell_type: "markdown", source: "see [the book](https://example.org)" },
        { cell_type: "code", source: "x", execution_count: 1 },
        { cell_type: "code", source: "y", execution_count: 2 },
      ]),
    );
    expect(cells.map((cell) => cell.note)).toEqual(["The chain rule\n\nsee the book", ""]);
  });

  test("of format 3 is read from its worksheets", () => {
    const old = { worksheets: [{ cells: [{ cell_type: "code", input: ["1+1"], prompt_number: 7 }] }] };
    expect(parseNotebook(JSON.stringify(old))).toEqual([{ source: "1+1", executionCount: 7, note: "" }]);
  });

  test.each(["{", "[]", '{"a": 1}', "null"])("that is none is refused: %s", (text) => {
    expect(() => parseNotebook(text)).toThrow(NotebookError);
  });
});

describe("a script", () => {
  test("without markers is one cell, outer blank lines gone", () => {
    expect(parseScript("\n\nimport torch\n\nx = 1\n\n")).toEqual([
      { source: "import torch\n\nx = 1", executionCount: null, note: "" },
    ]);
  });

  test("is cut at its markers; empty cells are dropped", () => {
    const cells = parseScript("# %%\nx = 1\n\n#%% second\ny = 2\n# %%\n\n");
    expect(cells.map((cell) => cell.source)).toEqual(["x = 1", "y = 2"]);
  });

  test("keeps the numbers a notebook export wrote", () => {
    const cells = parseScript("#!/usr/bin/env python\n# In[4]:\n\ny = 2\n\n# In[ ]:\n\nz = 3\n");
    expect(cells.map((cell) => [cell.source, cell.executionCount])).toEqual([
      ["#!/usr/bin/env python", null],
      ["y = 2", 4],
      ["z = 3", null],
    ]);
  });

  test("has its markdown cells as notes", () => {
    expect(parseScript("# %% [markdown]\n# # Title\n# words\n# %%\nx")).toEqual([
      { source: "x", executionCount: null, note: "Title\nwords" },
    ]);
  });

  test("with Windows line ends gives the same cells", () => {
    expect(parseScript("# %%\r\nx = 1\r\ny\r\n")).toEqual(parseScript("# %%\nx = 1\ny\n"));
  });
});

test("a file is read by its name", () => {
  expect(parseFile("A.IPYNB", notebook([{ cell_type: "code", source: "x" }]))).toHaveLength(1);
  expect(parseFile("a.py", "x")).toHaveLength(1);
});
