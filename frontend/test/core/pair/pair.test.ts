/** Two runs side by side: what detach() and zero_grad() change, by hand, and a run beside itself. */

import { describe, expect, it } from "vitest";
import { fullGraph } from "../../../src/core/cards";
import { components } from "../../../src/core/components";
import { Counterparts, gistOf } from "../../../src/core/pair/counterparts";
import { Comparer, type Difference } from "../../../src/core/pair/differences";
import { foldingThere, graphsOf, stretchesOf } from "../../../src/core/pair/folds";
import { markRuns } from "../../../src/core/pair/marking";
import { MarksAt, printsAt, type RunMarks } from "../../../src/core/pair/marks";
import { mostTelling, namesHeld } from "../../../src/core/pair/names";
import { rowsOfSteps, takenAfter } from "../../../src/core/pair/rows";
import { scopesBetween } from "../../../src/core/pair/scopes";
import { type Both as Sides, Walk } from "../../../src/core/pair/walk";
import { openRun, type Run } from "../../../src/core/run";
import { cardState } from "../../../src/core/state";
import type { Granularity, Step } from "../../../src/core/types";
import { arrange } from "../../../src/core/viewgraph";
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
const BRANCHING = `import torch
x = torch.tensor({x}, requires_grad=True)
while x < 3.:
    if x > 2.:
        y = x * 2.
    else:
        y = x * 3.
    x = y.detach()
    print("round")
    print(float(x) > 4.)`;
const LONG = (first: string) =>
  `import torch
a = torch.ones(2) * 3
y = torch.tensor(2., requires_grad=True)${first}`.concat("\ny = y + 1".repeat(80));
const VIEWS = `import torch
w = torch.ones(2, 2, requires_grad=True)
x = torch.tensor([[1., 2.]])
for i in range(3):
    out = (x @ w.t()).sum()
    out.backward()
    with torch.no_grad():
        w -= 0.5 * w.grad
        w.grad.zero_()`;
const recorded = runsOf({
  long: [LONG("")],
  longer: [LONG("\nz = y * 2\ny = z * z")],
  detach: [DETACH],
  noDetach: [DETACH.replace(".detach()", "")],
  zero: [TRAINING],
  noZero: [TRAINING.replace("    optimizer.zero_grad()\n", "")],
  failing: [FAILING],
  mended: [FAILING.replace("y.backward()", "y.backward(retain_graph=True)")],
  small: [BRANCHING.replace("{x}", "1.")],
  large: [BRANCHING.replace("{x}", "2.5")],
  views: [VIEWS],
  otherViews: [VIEWS.replace("0.5", "0.25")],
});

interface Both {
  walk: Walk;
  marks: Sides<RunMarks>;
  comparer: Comparer;
  a: Step[];
  b: Step[];
  rows: ReturnType<typeof rowsOfSteps>;
}

function beside(a: Run, b: Run, grain: Granularity = "op"): Both {
  const between = new Counterparts(a, b);
  const [one, other] = [steps(a, grain), steps(b, grain)];
  const rows = rowsOfSteps(between, one, other);
  const walk = new Walk({ a, b }, rows, { a: one, b: other });
  const comparer = new Comparer(between);
  return { walk, marks: allOf(markRuns(walk, comparer)), comparer, a: one, b: other, rows };
}

/** What long work comes to. */
function allOf<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

const marksAfter = (marks: RunMarks, row: number) => Object.fromEntries(new MarksAt(marks).goTo(row).all());

function both(one: string, other: string, grain: Granularity = "op"): Both & { runs: [Run, Run] } {
  const runs = [recorded.get(one), recorded.get(other)] as [Run, Run];
  return { ...beside(...runs, grain), runs };
}

const last = (list: Step[]): Step => list.at(-1) as Step;

describe.each(TRACES)("%s beside itself", (name) => {
  const [one, other] = [openRun(trace(name)), openRun(trace(name))];
  it.each(["op", "vjp", "line"] as const)("goes on together by %s, and nothing differs", (grain) => {
    const { comparer, marks, a, b, rows } = beside(one, other, grain);
    expect(rows).toEqual(a.map((_, i) => ({ a: i, b: i })));
    for (const [i, step] of a.entries()) expect(comparer.differs(step, b[i] as Step)).toBeNull();
    expect(marks).toEqual({ a: { changes: [], prints: [] }, b: { changes: [], prints: [] } });
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

/** What cards of both runs show otherwise after a row, by looking at each of them then. */
function lookedAt({ walk, comparer }: Both, row: number): Record<string, Difference[]> {
  const found: Record<string, Difference[]> = {};
  const { a, b } = walk.runs;
  const steps = { a: walk.step("a", row), b: walk.step("b", row) };
  const inB = fullGraph(b).byId;
  for (const card of fullGraph(a).cards) {
    const twin = inB.get(comparer.between.cardInB(card.id) ?? "");
    if (!twin || !steps.a || !steps.b || card.born > steps.a.to || twin.born > steps.b.to) continue;
    const [one, other] = [cardState(a, card, steps.a), cardState(b, twin, steps.b)];
    const isSame = (key: "value" | "grad" | "cotangent") =>
      comparer.isSame(one[key], other[key], key === "value" ? [card.tensor, twin.tensor] : undefined);
    // A gradient shows on the latest card of a tensor.
    const isLeaf = card.node !== null && a.trace.nodes[card.node]?.variable !== null;
    const isLatest =
      fullGraph(a)
        .cardsOfTensor.get(card.tensor ?? -1)
        ?.findLast((id) => (fullGraph(a).byId.get(id)?.born ?? 0) <= (steps.a?.to ?? 0)) === card.id;
    const aspects: [Difference, boolean][] = [
      ["value", !isSame("value")],
      ["gradient", !isSame("grad") || ((!isLeaf || isLatest) && !isSame("cotangent"))],
      ["tracking", card.tensor !== null && one.requiresGrad !== other.requiresGrad],
    ];
    const differ = aspects.flatMap(([name, is]) => (is ? [name] : []));
    if (differ.length > 0) found[card.id] = differ;
  }
  return found;
}

describe.each([
  ["detach", "noDetach"],
  ["zero", "noZero"],
  ["failing", "mended"],
  ["small", "large"],
  ["views", "otherViews"],
])("%s beside %s", (one, other) => {
  it.each(["op", "line"] as const)("marks at each row what is otherwise then, by %s", (grain) => {
    const found = both(one, other, grain);
    const at = new MarksAt(found.marks.a);
    const rows = [...found.rows.keys(), found.rows.length];
    // There and back again.
    for (const row of [...rows, ...rows.toReversed()]) {
      const marked = [...at.goTo(row).all()].filter(
        ([what, [first]]) => /^[otu]/.test(what) && first !== "only",
      );
      expect(Object.fromEntries(marked), `row ${row}`).toEqual(lookedAt(found, row));
    }
  });
});

describe("tests and what is printed", () => {
  // 1 becomes 3 in one round, and 2.5 becomes 5: the same tests, but for the if.
  const { comparer, marks, rows, a, b, runs } = both("small", "large");
  const tests = rows.flatMap(({ a: one, b: other }, i) =>
    a[one ?? -1]?.kind === "branch" && b[other ?? -1] ? [[i, a[one ?? -1], b[other ?? -1]] as const] : [],
  );

  it("the if goes the other way, the while does not", () => {
    const [whole, inner, end] = tests.map(([, one, other]) => one && other && comparer.differs(one, other));
    // The while's first test has other numbers, and the same outcome.
    expect([whole, inner, end]).toEqual([null, "branch", null]);
  });

  it("the if's line and box are marked in both from its test on", () => {
    const [before = 0] = tests[1] ?? [];
    for (const [side, run, outcome] of [
      ["a", runs[0], "false"],
      ["b", runs[1], "true"],
    ] as const) {
      const span = run.trace.spans.findIndex((_, i) => run.source(i) === "x > 2.");
      expect(marksAfter(marks[side], before)[`s${span}`]).toBeUndefined();
      expect(marksAfter(marks[side], before + 1)[`s${span}`]).toEqual([outcome]);
      const scope = run.trace.events.find((event) => event.kind === "branch" && event.span === span);
      expect(scope?.kind === "branch" && marksAfter(marks[side], before + 1)[`g${scope.scope}`]).toEqual([
        outcome,
      ]);
    }
  });

  it("of the two lines that are printed the second is marked", () => {
    const shown = (side: "a" | "b", run: Run) =>
      printsAt(marks[side], 0, 0, rows.length).map(([from, to]) =>
        run.trace.cells[0]?.outputs[0]?.text.slice(from, to),
      );
    expect(shown("a", runs[0])).toEqual(["False\n"]);
    expect(shown("b", runs[1])).toEqual(["True\n"]);
  });
});

describe("with and without detach()", () => {
  const { marks, a, b, rows, runs } = both("detach", "noDetach");
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
    const [inA, inB] = [marksAfter(marks.a, rows.length), marksAfter(marks.b, rows.length)];
    const id = (run: Run, name: string) => fullGraph(run).cards.find((card) => card.name === name)?.id ?? "";
    expect(inA[id(runs[0], "x")]).toEqual(["gradient"]);
    expect(inB[id(runs[1], "x")]).toEqual(["gradient"]);
    const detached = fullGraph(runs[0]).cards.find(({ title }) => title === "detach")?.id ?? "";
    expect(inA[detached]).toEqual(["only"]);
    expect(Object.keys(inB).filter((what) => !what.startsWith("e"))).toHaveLength(2);
  });

  it("u * x takes its operand from elsewhere, and a gradient goes back along it in one run only", () => {
    for (const side of ["a", "b"] as const) {
      const found = Object.entries(marksAfter(marks[side], rows.length));
      expect(found.filter(([what]) => what.startsWith("e")).map(([, each]) => each)).toEqual([["only"]]);
    }
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
    expect(accumulations.map(([one, other]) => comparer.differs(one, other))).toEqual([
      null,
      "values",
      "values",
    ]);
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

describe.each([
  ["zero", "noZero"],
  ["small", "large"],
  ["views", "otherViews"],
])("the scopes of %s and %s", (one, other) => {
  const { runs } = both(one, other);
  const [a, b] = runs;
  const pairs = scopesBetween(a, b);
  const scopeOf = (run: Run, scope: number | null) => (scope === null ? null : run.trace.scopes[scope]);

  it("are the same by kind and number, in scopes that are the same", () => {
    for (const [scope, twin] of pairs) {
      const [own, its] = [scopeOf(a, scope), scopeOf(b, twin)];
      expect([its?.kind, its?.index]).toEqual([own?.kind, own?.index]);
      expect(own?.parent == null ? null : pairs.get(own.parent)).toBe(its?.parent ?? null);
    }
    const iterations = (run: Run) => run.trace.scopes.filter(({ kind }) => kind === "iteration").length;
    const paired = [...pairs.keys()].filter((scope) => scopeOf(a, scope)?.kind === "iteration");
    expect(paired.length).toBe(Math.min(iterations(a), iterations(b)));
    expect(paired.length).toBeGreaterThan(0);
  });

  it("are paired the same, whichever run comes first", () => {
    expect(new Map([...scopesBetween(b, a)].map(([twin, scope]) => [scope, twin]))).toEqual(pairs);
  });
});

describe("what is opened in one of two pictures", () => {
  const { runs } = both("long", "longer");
  const [a, b] = runs;
  const there = new Counterparts(a, b).ops;
  const view = (run: Run) => ({ open: new Set<number>(), focus: new Set(components(run).keys()) });
  const opened = (kind: "cells" | "stretch", ops: readonly number[]) => {
    const found = foldingThere({ kind, ops }, new Map(), there);
    return found && found.kind !== "scopes" ? found.ops : [];
  };

  it("is open in the other: the stretch that has most of its ops", () => {
    const [here, its] = [arrange(a, view(a)), arrange(b, view(b))];
    const [second] = [...new Set(here.stretchOf.values())].slice(1);
    const ops = here.cards.filter(({ id }) => here.stretchOf.get(id) === second).flatMap((card) => card.ops);
    const found = stretchesOf(b, its, opened("stretch", ops));
    expect(found).toEqual([...new Set(its.stretchOf.values())].slice(1, 2));
  });

  it("is open in the other: the graph that its ops are in", () => {
    const [own = -1] = [...graphsOf(a, [1])];
    expect(components(a)[own]?.cards).toContain("o1");
    const found = graphsOf(b, opened("cells", [1]));
    expect([...found].map((each) => components(b)[each]?.cards.includes("o1"))).toEqual([true]);
  });

  it("is left alone where the other has nothing of it", () => {
    expect(foldingThere({ kind: "cells", ops: [1] }, new Map(), new Map())).toBeNull();
    expect(foldingThere({ kind: "scopes", scopes: [3], isOpen: true }, new Map(), there)).toBeNull();
  });
});
