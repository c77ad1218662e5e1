import { describe, expect, it } from "vitest";
import { buildTimeline, stepOfEvent } from "../../src/core/timeline";
import type { Granularity } from "../../src/core/types";
import { cell, eventsOf, lesson, steps, stepsOfCell } from "../golden";

describe.each<Granularity>(["op", "line"])("steps by %s", (granularity) => {
  const timeline = buildTimeline(lesson.trace, granularity);

  it("take every event once, in order", () => {
    let next = 0;
    for (const { from, to } of timeline.steps) {
      expect(from).toBe(next);
      expect(to).toBeGreaterThan(from);
      next = to;
    }
    expect(next).toBe(lesson.trace.events.length);
  });

  it("go in one direction each", () => {
    for (const step of timeline.steps) {
      const kinds = eventsOf(lesson, step).map(({ kind }) => kind);
      const isBackward = kinds.some(
        (kind) => kind === "vjp" || kind === "accumulate" || kind === "backward_begin",
      );
      expect(step.direction).toBe(isBackward ? "backward" : "forward");
      expect(step.backward !== null).toBe(isBackward);
      if (isBackward) expect(kinds).not.toContain("op");
    }
  });

  it("are found again by their events", () => {
    timeline.steps.forEach(({ from, to }, position) => {
      expect(stepOfEvent(timeline, from)).toBe(position);
      expect(stepOfEvent(timeline, to - 1)).toBe(position);
    });
  });

  it("have a tick for each cell and each backward pass", () => {
    const numbers = (kind: string) =>
      timeline.ticks.filter((tick) => tick.kind === kind).map(({ number }) => number);
    expect(numbers("cell")).toEqual(lesson.trace.cells.map((_, i) => i));
    expect(numbers("backward")).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(numbers("error")).toEqual([]);
  });
});

describe("by op", () => {
  it("cell 25 clears, computes four ops, and goes back through two nodes to x", () => {
    expect(stepsOfCell(25).map(({ kind }) => kind)).toEqual([
      "grad_cleared",
      ...["op", "op", "op", "op"],
      ...["backward_begin", "vjp", "vjp", "accumulate"],
      ...["op", "output"],
    ]);
  });

  it("an op's step lights its sub-expression", () => {
    const texts = stepsOfCell(4).map(({ span }) => (span === null ? "" : lesson.source(span)));
    expect(texts).toEqual(["torch.dot(x,x)", "2 * torch.dot(x,x)", "y"]);
  });

  it("x.grad is as it was until the step that accumulates", () => {
    const [, , vjp, accumulate] = stepsOfCell(5).length === 4 ? stepsOfCell(5) : [];
    const x = lesson.trace.tensors.findIndex(({ names }) => names.includes("x"));
    expect(vjp && lesson.gradAt(x, vjp.to)).toBeNull();
    expect(accumulate && lesson.gradAt(x, accumulate.to)).not.toBeNull();
  });

  it("a write belongs to the accumulation it is part of", () => {
    for (const step of steps(lesson, "op")) {
      const kinds = eventsOf(lesson, step).map(({ kind }) => kind);
      if (kinds.includes("write")) expect(["accumulate", "grad_cleared"]).toContain(step.kind);
    }
  });
});

describe("by line", () => {
  it("cell 25 has a step for each line and one for its backward pass", () => {
    const lines = stepsOfCell(25, "line").map(({ kind, span }) => [
      kind,
      span === null ? "" : lesson.source(span),
    ]);
    expect(lines).toEqual([
      ["line", "x.grad.zero_()"],
      ["line", "y = x * x"],
      ["line", "u = y.detach()"],
      ["line", "z = u * x"],
      ["line", "z.sum().backward()"],
      ["backward", "z.sum().backward()"],
      ["line", "x.grad == u, x.grad, u,y"],
    ]);
  });

  it("the loop's test is a step each time it is made", () => {
    const tests = stepsOfCell(28, "line").filter(({ kind }) => kind === "branch");
    const texts = tests.map(({ span }) => (span === null ? "" : lesson.source(span)));
    const iterations = lesson.trace.scopes.filter(({ kind, span }) => {
      return kind === "iteration" && lesson.trace.spans[span]?.cell === cell(28);
    });
    expect(texts).toEqual([...iterations.map(() => "b.norm() < 100"), "b.sum() > 0"]);
  });

  it("a call comes back to the line that made it", () => {
    const lines = stepsOfCell(28, "line").map(({ span }) => (span === null ? "" : lesson.source(span)));
    expect(lines.filter((text) => text === "d = f(a)")).toHaveLength(2);
    expect(lines.lastIndexOf("d = f(a)")).toBe(lines.indexOf("return c") + 1);
  });
});
