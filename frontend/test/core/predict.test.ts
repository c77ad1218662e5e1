/** What a class is asked to predict, and which answers count as right. */

import { describe, expect, it } from "vitest";
import { hasSign, isRight, numbersIn, predictions } from "../../src/core/predict";
import { openRun } from "../../src/core/run";
import type { Numbers } from "../../src/core/values";
import { lesson, trace } from "../golden";

const gradient = (...data: number[]): Numbers => ({
  shape: [data.length],
  dtype: "float32",
  data,
  truncated: false,
});

describe("typed numbers", () => {
  it.each([
    ["[0, 4, 8, 12]", [0, 4, 8, 12]],
    ["0 4 8 12", [0, 4, 8, 12]],
    ["−1.5", [-1.5]],
    ["1e-3;2", [0.001, 2]],
    ["-inf", [Number.NEGATIVE_INFINITY]],
    ["nan", [Number.NaN]],
    ["[[1, 2], [3, 4]]", [1, 2, 3, 4]],
  ])("%s are read", (text, numbers) => {
    expect(numbersIn(text)).toEqual(numbers);
  });
  it.each(["", "x", "4 apples", "1..2"])("%j is not read", (text) => {
    expect(numbersIn(text)).toBeNull();
  });
});

describe("a prediction", () => {
  it("is right to three digits", () => {
    expect(isRight([0.333, 4], gradient(1 / 3, 4))).toBe(true);
    expect(isRight([0.33, 4], gradient(1 / 3, 4))).toBe(false);
  });
  it("by one number is right where all elements are that number", () => {
    expect([isRight([1], gradient(1, 1, 1)), isRight([1], gradient(1, 1, 2))]).toEqual([true, false]);
  });
  it("of nan is right only for nan", () => {
    expect([isRight([Number.NaN], gradient(Number.NaN)), isRight([0], gradient(Number.NaN))]).toEqual([
      true,
      false,
    ]);
  });
  it("of a sign is right where all elements have it", () => {
    expect([
      hasSign("+", gradient(1, 2)),
      hasSign("+", gradient(0, 2)),
      hasSign("0", gradient(0, -0)),
    ]).toEqual([true, false, true]);
  });
});

describe("what is asked", () => {
  it("is every gradient that reaches a named leaf, in order", () => {
    const training = predictions(openRun(trace("training")), null);
    expect(training.map(({ tensor }) => tensor)).toEqual(["b", "w", "b", "w", "b", "w"]);
    expect(training.map((each) => each.gradient?.data[0]).slice(0, 2)).toEqual([22, 22]);
  });
  it("is the lesson's own question where it has one about that step", () => {
    const question = {
      text: { en: "What is x.grad?", zh: "x.grad 是多少？" },
      tensor: "x",
      cell: lesson.trace.cells.findIndex((each) => each.source === "y.backward()"),
    };
    const plain = predictions(lesson, null);
    const asked = predictions(lesson, {
      title: question.text,
      watch: question.text,
      cells: [],
      questions: [question],
    });
    expect(asked.length).toBe(plain.length);
    expect(asked.filter((each) => each.question !== null).map((each) => each.gradient?.data)).toEqual([
      [0, 4, 8, 12],
    ]);
  });
});

describe("when it is asked", () => {
  it("is before the last VJP that sends something to the leaf, so that no sum can be read first", () => {
    const run = openRun(trace("training"));
    for (const { event, tells } of predictions(run, null)) {
      const added = run.trace.events[event];
      if (added?.kind !== "accumulate") throw new Error("what is asked is what is added");
      const given = run.trace.events[tells];
      expect(given?.kind).toBe("vjp");
      if (given?.kind !== "vjp") continue;
      expect(run.trace.nodes[given.node]?.next_functions.map(([node]) => node)).toContain(added.node);
      // Before it, not all of the contribution has come.
      const between = run.trace.events.slice(tells + 1, event).filter(({ kind }) => kind === "vjp");
      for (const later of between) {
        const next = later.kind === "vjp" ? run.trace.nodes[later.node]?.next_functions : [];
        expect(next?.map(([node]) => node)).not.toContain(added.node);
      }
    }
  });
});
