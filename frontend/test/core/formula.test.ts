import { expect, it } from "vitest";
import { forwardWithNumbers, slotOf, vjpExpression, vjpWithNumbers } from "../../src/core/formula";
import { lesson, opOf, stepsOfCell } from "../golden";
import { lessonRun } from "../lesson-runs";

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
    result: "[0, 1, 4, 9]",
  });
});

it("has nothing to say of a slot that no gradient left by", () => {
  expect(vjpWithNumbers(lesson, eventOf(1), 0)).toBeNull();
});

it("does not quote a formula that speaks of more than operands", () => {
  expect(vjpExpression(lesson, eventOf(0), 0)).toBeNull();
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

it("puts the shape of an operand in the place of its name", () => {
  expect(vjpWithNumbers(lesson, eventOf(0), 0)).toEqual({
    symbols: "expand(grad, [4])",
    numbers: "expand(1, [4])",
    result: "[1, 1, 1, 1]",
  });
});
