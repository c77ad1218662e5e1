/** Two runs side by side: what detach() and zero_grad() change, by hand, and a run beside itself. */

import { describe, expect, it } from "vitest";
import { fullGraph } from "../../../src/core/cards";
import { Counterparts, gistOf } from "../../../src/core/pair/counterparts";
import { Comparer } from "../../../src/core/pair/differences";
import { mostTelling, namesHeld } from "../../../src/core/pair/names";
import { rowsOfSteps, takenAfter } from "../../../src/core/pair/rows";
import { openRun, type Run } from "../../../src/core/run";
import type { Granularity, Step } from "../../../src/core/types";
import { steps, TRACES, trace } from "../../golden";
import { runsOf } from "../../lesson-runs";

const DETACH = `import torch
x = torch.tensor([1., 2.], requires_grad=True)
y = x * x
u = y.detach()
z = (u * x).sum()
z.backward()`;
const TRAINING = `import torch
w = torch.tensor(1., requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.5)
for i in range(3):
    optimizer.zero_grad()
    loss = 3. * w
    loss.backward()
    optimizer.step()`;
const FAILING = `import torch
x = torch.tensor(2., requires_grad=True)
y = x * x
y.backward()
y.backward()`;
const recorded = runsOf({
  detach: [DETACH],
  noDetach: [DETACH.replace(".detach()", "")],
  zero: [TRAINING],
  noZero: [TRAINING.replace("    optimizer.zero_grad()\n", "")],
  failing: [FAILING],
  mended: [FAILING.replace("y.backward()", "y.backward(retain_graph=True)")],
});

interface Both {
  comparer: Comparer;
  a: Step[];
  b: Step[];
  rows: ReturnType<typeof rowsOfSteps>;
}

function beside(a: Run, b: Run, grain: Granularity = "op"): Both {
  const between = new Counterparts(a, b);
  const [one, other] = [steps(a, grain), steps(b, grain)];
  return { comparer: new Comparer(between), a: one, b: other, rows: rowsOfSteps(between, one, other) };
}

function both(one: string, other: string, grain: Granularity = "op"): Both & { runs: [Run, Run] } {
  const runs = [recorded.get(one), recorded.get(other)] as [Run, Run];
  return { ...beside(...runs, grain), runs };
}

const last = (list: Step[]): Step => list.at(-1) as Step;

describe.each(TRACES)("%s beside itself", (name) => {
  const [one, other] = [openRun(trace(name)), openRun(trace(name))];
  it.each(["op", "vjp", "line"] as const)("goes on together by %s, and nothing differs", (grain) => {
    const { comparer, a, b, rows } = beside(one, other, grain);
    expect(rows).toEqual(a.map((_, i) => ({ a: i, b: i })));
    for (const [i, step] of a.entries()) expect(comparer.differs(step, b[i] as Step)).toBe(false);
    for (const i of [0, a.length >> 1, a.length - 1])
      expect(comparer.marks(a[i] as Step, b[i] as Step)).toEqual({
        a: { cards: {}, edges: {} },
        b: { cards: {}, edges: {} },
      });
  });
});

describe.each([
  ["training", "failing"],
  ["small", "layers"],
  ["lesson", "in_place"],
])("%s beside %s", (one, other) => {
  it.each(["op", "vjp", "line"] as const)("has every step of both in order, by %s", (grain) => {
    const { a, b, rows } = beside(openRun(trace(one)), openRun(trace(other)), grain);
    expect(rows.flatMap((row) => row.a ?? [])).toEqual(a.map((_, i) => i));
    expect(rows.flatMap((row) => row.b ?? [])).toEqual(b.map((_, i) => i));
    expect(takenAfter(rows).at(-1)).toEqual({ a: a.length, b: b.length });
  });
});

describe("with and without detach()", () => {
  const { comparer, a, b, rows, runs } = both("detach", "noDetach");
  const alone = (side: "a" | "b") => rows.filter((row) => row[side === "a" ? "b" : "a"] === null);

  it("detach stands beside what the other does in that statement; only the other has the way back through y", () => {
    const beside = rows.find((row) => runs[0].trace.ops[a[row.a ?? -1]?.op ?? -1]?.name === "detach");
    const other = b[beside?.b ?? -1];
    expect(other?.span != null && runs[1].source(other.span)).toBe("u = y");
    expect(alone("a")).toEqual([]);
    const nodes = alone("b").map((row) => b[row.b ?? -1]?.node);
    expect(nodes.map((node) => runs[1].trace.nodes[node ?? -1]?.name)).toEqual(["MulBackward0"]);
  });

  it("the gradient of x differs, its value does not; the card of detach is the one's only", () => {
    const marks = comparer.marks(last(a), last(b));
    const id = (run: Run, name: string) => fullGraph(run).cards.find((card) => card.name === name)?.id ?? "";
    expect(marks.a.cards[id(runs[0], "x")]).toEqual(["gradient"]);
    expect(marks.b.cards[id(runs[1], "x")]).toEqual(["gradient"]);
    const detached = fullGraph(runs[0]).cards.find(({ title }) => title === "detach")?.id ?? "";
    expect(marks.a.cards[detached]).toEqual(["only"]);
    expect(Object.keys(marks.b.cards)).toHaveLength(2);
  });

  it("u * x takes its operand from elsewhere, and a gradient goes back along it in one run only", () => {
    const marks = comparer.marks(last(a), last(b));
    expect(Object.values(marks.a.edges)).toEqual(["only"]);
    expect(Object.values(marks.b.edges)).toEqual(["only"]);
  });

  it("x.grad is u = [1, 4] in the one, and 3x² = [3, 12] in the other", () => {
    const held = namesHeld(runs[0], last(a).to, runs[1], last(b).to);
    expect(mostTelling(held, [])).toEqual([
      { name: "x.grad", a: "[1, 4]", b: "[3, 12]" },
      { name: "u.requires_grad", a: "False", b: "True" },
    ]);
  });
});

describe("with and without zero_grad()", () => {
  const { comparer, a, b, rows, runs } = both("zero", "noZero");

  it("only zero_grad's own steps stand alone, in each iteration", () => {
    expect(rows.filter((row) => row.a === null)).toEqual([]);
    const alone = rows.flatMap((row) => (row.b === null ? (a[row.a ?? -1] as Step) : []));
    expect(alone.length).toBeGreaterThanOrEqual(2);
    expect(alone.map((step) => step.line !== null && runs[0].source(step.line))).toEqual(
      alone.map(() => "optimizer.zero_grad()"),
    );
  });

  it("the first gradient is the same 3, the second 3 beside 6", () => {
    const accumulations = rows.flatMap((row) => {
      const [one, other] = [a[row.a ?? -1], b[row.b ?? -1]];
      return one?.kind === "accumulate" && other ? [[one, other] as const] : [];
    });
    expect(accumulations.map(([one, other]) => comparer.differs(one, other))).toEqual([false, true, true]);
    const [, second] = accumulations as [unknown, readonly [Step, Step]];
    const held = namesHeld(runs[0], second[0].to, runs[1], second[1].to);
    expect(mostTelling(held, [])[0]).toEqual({ name: "w.grad", a: "3", b: "6" });
  });
});

describe("an error and its mend", () => {
  it("stand beside each other line by line, to the error and to its mend", () => {
    const { a, b, rows, runs } = both("failing", "mended", "line");
    const lines = rows.map(({ a: one, b: other }) =>
      [a[one ?? -1], b[other ?? -1]].map((step, side) =>
        step?.kind === "line" && step.line !== null ? (runs[side] as Run).source(step.line) : step?.kind,
      ),
    );
    expect(lines.filter(([one]) => one === "error")).toHaveLength(1);
    expect(lines.filter(([, other]) => other === "error")).toEqual([]);
    // The first pass keeps its buffers in the mended run, and is the same pass; the second fails in the one only.
    const passes = rows.flatMap(({ a: one, b: other }) => {
      const [before, after] = [a[one ?? -1], b[other ?? -1]];
      return before?.backward && after?.backward ? [[before.backward, after.backward]] : [];
    });
    expect(passes).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(rows.filter(({ a: one, b: other }) => one !== null && other !== null)).toHaveLength(b.length);
  });
});

describe("what a statement is for", () => {
  it.each([
    ["u = y.detach()", "u"],
    ["w -= 0.1 * w.grad", "w"],
    ["a, b = f(x)", "a, b"],
    ["x.grad[0] = 1", "x.grad[0]"],
    ["loss.backward()", "loss.backward"],
    ["x == y", "x == y"],
    ["x.grad", "x.grad"],
  ])("%s: %s", (source, gist) => {
    expect(gistOf(source)).toBe(gist);
  });
});
