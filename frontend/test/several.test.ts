import { describe, expect, test } from "vitest";
import { cellName, fileOf } from "../src/core/cells";
import { parseFiles } from "../src/several";

const files = (...named: [string, string][]) => named.map(([name, text]) => ({ name, text }));
const sources = (lesson: ReturnType<typeof parseFiles>) => lesson?.cells.map(({ source }) => source);

describe("several files", () => {
  test("are cells that write them, and then the script that none of them imports", () => {
    const lesson = parseFiles(
      files(
        ["a.py", "import b"],
        ["main.py", "from a import f\nopen('my data.csv')"],
        ["b.py", "x = 1\r\n"],
        ["my data.csv", "1,2"],
      ),
    );
    expect(lesson?.name).toBe("main.py");
    expect(sources(lesson)).toEqual([
      "%%writefile a.py\nimport b",
      "%%writefile b.py\nx = 1\n",
      '%%writefile "my data.csv"\n1,2',
      "from a import f\nopen('my data.csv')",
    ]);
    expect(lesson?.cells.map(({ executionCount }) => executionCount)).toEqual([0, 0, 0, null]);
  });

  test("belong to the notebook among them", () => {
    const notebook = JSON.stringify({
      cells: [{ cell_type: "code", source: "import a", execution_count: 1 }],
    });
    const lesson = parseFiles(files(["a.py", "x = 1"], ["Lesson.IPYNB", notebook], ["other.ipynb", "{}"]));
    expect(sources(lesson)).toEqual(["%%writefile a.py\nx = 1", "import a"]);
  });

  test("of a folder come as far as the lesson names them, and what it names does", () => {
    const folder = files(
      ["c++.py", ""],
      ["data/points.csv", "1"],
      ["data/other.csv", "2"],
      ["main.py", "from parts.net import Net"],
      ["parts/__init__.py", ""],
      ["parts/net.py", "open('data/points.csv')"],
      ["parts/unused.py", ""],
      ["setup.py", ""],
    );
    expect(parseFiles(folder, true)?.cells.map(({ source }) => fileOf(source) ?? source)).toEqual([
      "data/points.csv",
      "parts/__init__.py",
      "parts/net.py",
      "from parts.net import Net",
    ]);
  });

  test("may have names in any script", () => {
    const folder = files(["main.py", "import 模型"], ["模型.py", "x = 1"], ["型.py", "x = 2"]);
    expect(parseFiles(folder, true)?.cells.map(({ source }) => fileOf(source) ?? source)).toEqual([
      "模型.py",
      "import 模型",
    ]);
    expect(parseFiles(files(["模型.py", ""], ["课.py", "import 模型"]))?.name).toBe("课.py");
  });

  test("may be one or none", () => {
    expect(sources(parseFiles(files(["b.py", "# %%\nx = 1\n# %%\ny = 2"])))).toEqual(["x = 1", "y = 2"]);
    expect(parseFiles([])).toBeNull();
  });
});

describe("a cell goes by", () => {
  const cells = (...named: [string, number | null][]) =>
    named.map(([source, execution_count]) => ({ source, execution_count }));

  test("the file that it writes", () => {
    expect(fileOf("%%writefile -a 'my file.py'\nx = 1")).toBe("my file.py");
    expect(fileOf("%%file parts/net.py")).toBe("parts/net.py");
    expect(["x = 1\n%%writefile a.py", "%%time\nx", "%%writefile", ""].map(fileOf)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  test("the number that it came with, or counts on from the one before, as the server does", () => {
    const run = cells(["%%writefile a.py\n", 0], ["x", null], ["y", 7], ["z", null], ["w", null]);
    expect(run.map((_, index) => cellName(run, index))).toEqual(["a.py", "1", "7", "8", "9"]);
    const fresh = cells(["x", null], ["y", null]);
    expect(fresh.map((_, index) => cellName(fresh, index))).toEqual(["1", "2"]);
  });
});
