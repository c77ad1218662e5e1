import { describe, expect, it } from "vitest";
import { type Language, narrate, sentenceParts } from "../../src/core/narrate";
import { openRun, type Run } from "../../src/core/run";
import { SENTENCES_EN, type SentenceKey } from "../../src/core/sentences.en";
import { SENTENCES_ZH } from "../../src/core/sentences.zh";
import { buildTimeline } from "../../src/core/timeline";
import type { Step } from "../../src/core/types";
import { lesson, steps, stepsOfCell, TRACES, trace } from "../golden";
import { runsOf } from "../runs";

function say(step: Step | undefined, language: Language = "en", run: Run = lesson): string {
  if (!step) throw new Error("no such step");
  return sentenceParts(narrate(run, step), language)
    .map(({ text }) => text)
    .join("");
}

const written = runsOf({
  written: ["import torch\nt = torch.ones(2)\nt[0] = 9.0\nt[1] *= 3\nt[t > 5] = 2.\nt[0] = t[1] = 6"],
});

const nth = (count: number, kind: Step["kind"], n = 0) =>
  stepsOfCell(count).filter((step) => step.kind === kind)[n];

describe("the sentence", () => {
  it("of detach() says what flows on and what does not", () => {
    expect(say(nth(25, "op", 1))).toBe(
      "u = y.detach() = [0, 1, 4, 9]. The value flows on, the gradient stops here. " +
        "It shares its numbers with y: writing to one writes to both.",
    );
  });

  it("of z's VJP puts the numbers in and says why u gets nothing", () => {
    expect(say(nth(25, "vjp", 1))).toBe(
      "The gradient of z is [1, 1, 1, 1]; grad * u = [0, 1, 4, 9] goes to x. " +
        "Nothing flows to u: it was detached and counts as a constant.",
    );
  });

  it("of a write says what wrote, and through which view", () => {
    const run = written.get("written");
    if (!run) throw new Error("no run");
    const { steps } = buildTimeline(run.trace, "op");
    const said = (language: Language) => steps.map((step) => say(step, language, run));
    expect(said("en").filter((each) => each.includes("version"))).toEqual([
      "t[0] = 9.0 writes into t through t[0]: t is now [9, 1], version 1.",
      "t[1] *= 3 writes into t through t[1]: t is now [9, 3], version 2.",
      "Python ends t[1] *= 3 by storing the result in t[1] again: same numbers, version 3.",
      "t[t > 5] = 2. writes into t itself: now [2, 3], version 4.",
      "t[0] = t[1] = 6 writes into t through t[0]: t is now [6, 3], version 5.",
      "t[1] = … writes into t through t[1]: t is now [6, 6], version 6.",
    ]);
    expect(said("zh")).toContain("t[0] = 9.0 通过 t[0] 改写 t：t 现在是 [9, 1]，版本 1。");
  });

  it("of an accumulation says what was there", () => {
    expect(say(nth(10, "accumulate"))).toBe(
      "x.grad was [0, 0, 0, 0]; this backward adds [1, 1, 1, 1]: now [1, 1, 1, 1].",
    );
    expect(say(nth(10, "accumulate"), "zh")).toBe(
      "x.grad 原来是 [0, 0, 0, 0]；这次反向传播加上 [1, 1, 1, 1]，现在是 [1, 1, 1, 1]。",
    );
  });

  it("of a fan-in adds it up", () => {
    expect(say(nth(5, "accumulate"))).toBe(
      "2 contributions reach x: [0, 2, 4, 6] + [0, 2, 4, 6] = [0, 4, 8, 12]. x.grad was None; it is now [0, 4, 8, 12].",
    );
  });

  it("of a loop's test counts the round", () => {
    expect(say(nth(28, "branch", 1))).toBe("b.norm() < 100 is True: iteration 2 of the loop begins.");
  });

  it("calls a tensor by the name that is in sight", () => {
    expect(say(nth(28, "backward_begin"))).toBe(
      "Backward pass 6 begins at d, with gradient 1. Anything's slope by itself is 1.",
    );
  });

  it("of a call says what the parameter is", () => {
    expect(say(nth(29, "bind"))).toMatch(/^f\(a\) begins: inside it, a is -?\d/);
  });
});

describe.each(TRACES)("every step of the %s trace", (name) => {
  const run = openRun(trace(name));

  it.each(["op", "line"] as const)("by %s has a whole sentence in both languages", (granularity) => {
    for (const step of steps(run, granularity)) {
      for (const language of ["en", "zh"] as const) {
        const text = say(step, language, run);
        expect(text).not.toMatch(/[{}]|undefined|NaN|\?|: $/);
        expect(text.length).toBeGreaterThan(3);
      }
    }
  });
});

describe("every template", () => {
  const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

  it.each(Object.keys(SENTENCES_EN) as SentenceKey[])("%s has the same holes in both languages", (key) => {
    expect(holes(SENTENCES_ZH[key])).toEqual(holes(SENTENCES_EN[key]));
  });
});
