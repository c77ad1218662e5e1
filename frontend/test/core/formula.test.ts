import { expect, it } from "vitest";
import { forwardWithNumbers, slotOf, vjpWithNumbers } from "../../src/core/formula";
import { lesson, opOf, stepsOfCell } from "../golden";
import { lessonRun, runsOf } from "../lesson-runs";

const vjps = stepsOfCell(25).filter(({ kind }) => kind === "vjp");
const eventOf = (n: number) => vjps[n]?.from ?? -1;

it("puts an op's numbers in the place of its operands", () => {
  expect(forwardWithNumbers(lesson, opOf(25, "u * x"))).toEqual({
    symbols: "u * x",
    numbers: "[0, 1, 4, 9] * [0, 1, 2, 3]",
    result: "[0, 1, 8, 27]",
  });
});

it("puts the cotangent and the other operand into a VJP", () => {
  expect(vjpWithNumbers(lesson, eventOf(1), 1)).toEqual({
    symbols: "grad * u",
    numbers: "[1, 1, 1, 1] * [0, 1, 4, 9]",
    gradient: "[1, 1, 1, 1]",
    result: "[0, 1, 4, 9]",
  });
});

it("has nothing to say of a slot that no gradient left by", () => {
  expect(vjpWithNumbers(lesson, eventOf(1), 0)).toBeNull();
});

it("finds the slot of an operand behind one that has no gradient", () => {
  const run = lessonRun("where-and-nan");
  const where = run.trace.ops.find(({ name, node }) => name === "where" && node !== null);
  // torch.where(test, input, other): WhereBackward0 has two slots, for the second and the third.
  expect([0, 1, 2].map((operand) => slotOf(run, where?.node ?? -1, operand))).toEqual([null, 0, 1]);
});

it("brackets a number with a minus sign behind an operator, or raised to a power", () => {
  const numbersOf = (lesson: string) => {
    const run = lessonRun(lesson);
    return run.trace.ops.flatMap((_, op) => forwardWithNumbers(run, op)?.numbers ?? []);
  };
  expect(numbersOf("newton")).toContain("(-2) ** 4");
  expect(numbersOf("maml-inner-step")).toContain("1 * (-4)");
});

it("puts no numbers into what is no arithmetic", () => {
  expect(vjpWithNumbers(lesson, eventOf(0), 0)).toEqual({
    symbols: "",
    numbers: "",
    gradient: "1",
    result: "[1, 1, 1, 1]",
  });
});

it("brackets what would fall apart where it is put", () => {
  const of = (source: string) => {
    const run = runsOf({
      it: [`import torch\nx = torch.tensor([1., 2.], requires_grad=True)\n${source}`],
    }).get("it");
    if (!run) throw new Error("it did not run");
    const told = run.trace.events.flatMap((event, index) =>
      event.kind === "vjp" ? [vjpWithNumbers(run, index, 0)?.symbols] : [],
    );
    return { told, ops: run.trace.ops.map((_, op) => forwardWithNumbers(run, op)?.symbols) };
  };
  const loss = of("((x - 1) ** 2).mean().backward()");
  expect(loss.told).toContain("grad * (2 * (x - 1))");
  expect(loss.ops).toContain("(x - 1) ** 2");
  expect(of("((x + 1) * (x + 1)).sum()").ops).toContain("(x + 1) * (x + 1)");
  // A product holds together in a sum, a call anywhere.
  expect(of("(x * x + x.exp() * 2).sum()").ops).toEqual(
    expect.arrayContaining(["x * x + x.exp() * 2", "x.exp() * 2"]),
  );
});

it("says how many elements a mean is over", () => {
  const run = runsOf({
    it: ["import torch\nx = torch.ones(4, requires_grad=True)\nx.mean().backward()"],
  }).get("it");
  const vjp = run?.trace.events.findIndex(({ kind }) => kind === "vjp") ?? -1;
  expect(run && vjpWithNumbers(run, vjp, 0)?.numbers).toMatch(/\/ 4$/);
});

it("gives what was broadcast the sum of what the rule gives", () => {
  const run = lessonRun("broadcasting-sums");
  const sums = run.trace.events.flatMap((event, index) =>
    event.kind === "vjp"
      ? event.unreduced.flatMap((unreduced, slot) =>
          unreduced === null ? [] : [vjpWithNumbers(run, index, slot)],
        )
      : [],
  );
  // Twelve ones for the one element of b.
  expect(sums).toMatchObject([{ numbers: "[[1, 1, …], …]", result: "[[1, 1, …], …]", sum: "[12]" }]);
});
