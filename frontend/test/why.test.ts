import { describe, expect, test } from "vitest";
import { plain } from "../src/core/explain/said";
import type { Run } from "../src/core/run";
import { whyGradient } from "../src/core/why";
import { WHY_EN } from "../src/core/why/sentences.en";
import { WHY_ZH } from "../src/core/why/sentences.zh";
import { waysTo } from "../src/core/why/ways";
import { making } from "../src/i18n/making.en";
import { lesson } from "./golden";
import { lessonRun, lessons, runsOf } from "./lesson-runs";

/** After the n-th cell, from 1. */
function endOf(run: Run, cell: number): number {
  return run.trace.events.findIndex((event) => event.kind === "cell_end" && event.cell === cell - 1) + 1;
}

function ask(run: Run, name: string, k: number): { verdict: string; words: string } {
  const tensor = run.variablesAt(k).find((variable) => variable.name === name)?.tensor;
  if (tensor === undefined) throw new Error(`nothing is called ${name}`);
  const { verdict, said } = whyGradient(run, tensor, k);
  return { verdict, words: said.map((each) => plain(WHY_EN, each)).join(" ") };
}

/** Lesson, after which cell, of which variable; the verdict, and words of the answer. */
const ASKED: [id: string, cell: number, name: string, verdict: string, words: string[]][] = [
  [
    "gradients-accumulate",
    2,
    "x",
    "plain",
    ["x.grad holds the sum of 2 passes", "after the first it was [0, 4, 8, 12]"],
  ],
  ["gradients-accumulate", 3, "x", "plain", ["x.grad was cleared (it was [1, 5, 9, 13])"]],
  ["fan-out-sums", 2, "x", "plain", ["3 contributions reach x: 1 + 3 + 3."]],
  ["non-leaf-grad", 1, "y", "plain", ["y is no leaf", "y.grad stays None"]],
  ["accidental-non-leaf", 2, "w", "plain", ["w is no leaf"]],
  [
    "detach-is-a-constant",
    2,
    "y",
    "none",
    ["y leads to z.sum()", "only through a cut", "y.detach() (cell 1, line 5)"],
  ],
  [
    "detach-is-a-constant",
    2,
    "u",
    "none",
    ["u does not require grad.", "y.detach() (cell 1, line 5) cuts it off"],
  ],
  ["no-grad", 1, "y", "none", ["y does not require grad.", "x * x (cell 1, line 5) ran under no_grad"]],
  ["none-is-not-zero", 1, "z", "zero", ["The only contribution to z is zero.", "At 0 * z (cell 1, line 5)"]],
  ["none-is-not-zero", 2, "z", "none", ["z.grad was set to None"]],
  ["flat-and-cut", 1, "x", "zero", ["torch.round(x) (cell 1, line 4) is a staircase"]],
  ["flat-and-cut", 2, "above", "none", ["x > 1 (cell 2, line 1) has no slope"]],
  ["kinks", 1, "x", "zero", ["torch.relu(x) (cell 1, line 4)", "its input is 0"]],
  ["kinks", 2, "x", "zero", ["torch.abs(x) (cell 2, line 2) has a kink"]],
  ["ties", 2, "x", "part", ["2 of its 3 elements", "x.max(dim=0) (cell 2, line 2) passes the gradient only"]],
  [
    "where-and-nan",
    2,
    "a",
    "nan",
    ["torch.exp(a) (cell 1, line 4)", "= 0 * inf = nan", "branch that torch.where(a <= 0"],
  ],
  ["sqrt-at-zero", 1, "x", "infinite", ["x.sqrt() (cell 1, line 4) made it", "[1] / (2 * [0]) = [inf]"]],
  ["sqrt-at-zero", 2, "v", "zero", ["v.norm() (cell 2, line 2) has a kink"]],
  ["data-hides-it", 3, "a", "zero", ["grad * o * (1 - o) = [1, 1, 1] * [0, 0, 0]"]],
  [
    "saturating-sigmoids",
    2,
    "x",
    "small",
    ["shrank from 1 to 8.671e-06, in 6 steps by factors between 0.0177 and 0.2246"],
  ],
  ["exploding-product", 2, "x", "large", ["went from 1 to 531441, in 12 steps by the factor 3 each"]],
  [
    "exploding-product",
    3,
    "h",
    "none",
    ["Already in the forward pass h * h.detach() (cell 3, line 2) gave inf."],
  ],
  ["mlp-step", 2, "W1", "part", ["4 of its 6 elements", "torch.relu(z) (cell 1, line 7)", "[1, -1.25, -2]"]],
  [
    "attention",
    2,
    "out",
    "part",
    ["out[0] (cell 2, line 2) passes the gradient only to the elements that it takes"],
  ],
  ["detach-shares-memory", 3, "a", "none", ["ended in the error before it brought a a gradient"]],
  ["second-order", 3, "x", "plain", ["x.grad holds the sum of 2 passes"]],
  ["too-late", 1, "y", "none", ["y does not require grad.", "It was computed from x"]],
  ["rnn-unrolled", 2, "w", "plain", ["3 contributions reach w"]],
  ["linear-regression-by-hand", 2, "b", "none", ["b.grad was set to None"]],
];

describe("why", () => {
  test.each(ASKED)("%s, after cell %i, %s: %s", (id, cell, name, verdict, words) => {
    const run = lessonRun(id);
    const answer = ask(run, name, endOf(run, cell));
    expect(answer.verdict).toBe(verdict);
    for (const each of words) expect(answer.words).toContain(each);
  });

  test("the notebook's x.grad is [1, 1, 1, 1] and not [1, 5, 9, 13] because it was cleared", () => {
    const k = lesson.trace.events.findIndex(
      (event, i) =>
        event.kind === "cell_end" && lesson.trace.cells[event.cell]?.execution_count === 11 && i > 0,
    );
    expect(ask(lesson, "x", k).words).toContain("x.grad was cleared (it was [0, 4, 8, 12])");
  });

  test("contributions that cancel are told apart from what is flat, and a pass from what it began with", () => {
    const code = "import torch\nx = torch.tensor(2., requires_grad=True)\ny = x - x\ny.backward()";
    const run = runsOf({ cancel: [code] }).get("cancel");
    if (!run) throw new Error("no run");
    const k = run.trace.events.length;
    expect(ask(run, "x", k)).toMatchObject({ verdict: "zero" });
    expect(ask(run, "x", k).words).toMatch(/2 contributions reach x and cancel: (-1 \+ 1|1 − 1) = 0/);
    expect(ask(run, "y", k).words).toContain("A backward pass began at y, with gradient 1.");
  });

  test("a NaN is told by the contribution that is one, or by infinities that meet", () => {
    const head = "import torch\nx = torch.zeros(1, requires_grad=True)\n";
    const runs = runsOf({
      nan: [`${head}y = x / x\ny.backward()`],
      meeting: [`${head}y = x.sqrt() - (2 * x).sqrt()\ny.backward()`],
    });
    const [nan, meeting] = [runs.get("nan"), runs.get("meeting")];
    if (!nan || !meeting) throw new Error("no run");
    expect(ask(nan, "x", nan.trace.events.length).words).toContain("= [nan].");
    expect(ask(meeting, "x", meeting.trace.events.length).words).toContain("their sum is not a number");
  });

  test("what was switched off, taken out as a number, or added up is said to be so", () => {
    const head =
      "import torch\nx = torch.tensor(10., requires_grad=True)\nw = torch.tensor(3., requires_grad=True)\n";
    const runs = runsOf({
      off: [`${head}x.requires_grad_(False)\n(x * w).backward()`],
      out: [`${head}u = torch.tensor((x * x).item())\n(u * w).backward()`],
      power: [`${head}y = x\nfor i in range(6):\n    y = y * x\ny.backward()`],
    });
    const words = (id: string) => {
      const run = runs.get(id);
      if (!run) throw new Error("no run");
      return ask(run, "x", run.trace.events.length).words;
    };
    expect(words("off")).toContain(
      "x.requires_grad_(False) (cell 1, line 4) set its requires_grad to False.",
    );
    expect(words("out")).toContain("(x * x).item() (cell 1, line 4) takes the number out to Python");
    // 7 times 10 ** 6, of which the last factor alone brings 10 ** 6.
    expect(words("power")).toContain("grew from 1 to 7000000, in 2 steps by factors between 7 and 1000000");
    expect(words("power")).toContain("The largest factor, 1000000, is at y * x. 7 contributions reach x");
  });

  test("names the ways by which a gradient came, the largest first", () => {
    const run = lessonRun("fan-out-sums");
    const k = endOf(run, 2);
    const x = run.variablesAt(k).find(({ name }) => name === "x")?.tensor ?? -1;
    const ways = waysTo(run, x, k);
    expect(ways.map((way) => plain(making.ways, way))).toEqual([
      "The largest part of what reached x came by x * x: 3.",
      "Also by x * x: 3.",
      "Also by x * x + x: 1.",
    ]);
    const brought = ways.map(({ holes }) => run.trace.events[(holes.code as { event: number }).event]);
    expect(brought.map((event) => event?.kind)).toEqual(["vjp", "vjp", "vjp"]);
    // Nothing is told where a gradient came by one way.
    const y = run.variablesAt(k).find(({ name }) => name === "y")?.tensor ?? -1;
    expect(waysTo(run, y, k)).toEqual([]);
  });

  test("has an answer without holes for every variable after every cell", () => {
    for (const run of lessons.map(lessonRun))
      for (const [k, event] of run.trace.events.entries()) {
        if (event.kind !== "cell_end") continue;
        for (const { tensor } of run.variablesAt(k + 1))
          for (const said of whyGradient(run, tensor, k + 1).said)
            for (const templates of [WHY_EN, WHY_ZH])
              expect(plain(templates, said)).not.toMatch(/[{}]|undefined|\?\)/);
      }
  });
});

test("both languages have the same holes in every sentence", () => {
  const holes = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
  for (const [key, text] of Object.entries(WHY_EN))
    expect([key, holes(WHY_ZH[key as keyof typeof WHY_ZH])]).toEqual([key, holes(text)]);
});
