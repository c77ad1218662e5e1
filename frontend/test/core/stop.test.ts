/** How a run ended, told in both languages; and what a gap in the record looks like to the player. */

import { describe, expect, it } from "vitest";
import { narrate } from "../../src/core/narrate";
import { openRun } from "../../src/core/run";
import { chain, type Language, sentenceParts } from "../../src/core/sentences";
import { tellStop } from "../../src/core/stop";
import { buildTimeline } from "../../src/core/timeline";
import type { Sentence } from "../../src/core/types";
import type { Stop, Trace } from "../../src/schema/trace";
import { steps, trace } from "../golden";

const PARTS: Stop = {
  reason: "cpu",
  limit: null,
  signal: null,
  exit_status: null,
  cell: null,
  line: null,
  loop: null,
  iteration: null,
};

function told(language: Language, stop: Partial<Stop>, cells = 1): string {
  const small = trace("small");
  const stopped: Trace = {
    ...small,
    cells: Array.from({ length: cells }, () => small.cells[0] as Trace["cells"][number]),
    outcome: { ...small.outcome, status: "killed", message: "", stop: { ...PARTS, ...stop } },
  };
  const sentence = chain(tellStop(stopped));
  return sentence
    ? sentenceParts(sentence, language)
        .map(({ text }) => text)
        .join("")
    : "";
}

describe("how a run ended", () => {
  const cpu: Partial<Stop> = { reason: "cpu", limit: 2, cell: 0, line: 3, loop: "while", iteration: 41022 };

  it("is one sentence with the place", () => {
    expect(told("en", cpu)).toBe(
      "Stopped after 2.0 s of CPU time at line 3, iteration 41,022 of the while loop.",
    );
    expect(told("zh", cpu)).toBe("占用 CPU 2.0 秒后被停止，停在第 3 行，while 循环的第 41,022 次迭代。");
  });

  it("names the cell where there are several", () => {
    expect(told("en", cpu, 2)).toContain("at line 3 of cell 1, iteration");
    expect(told("zh", cpu, 2)).toContain("停在第 3 行（单元格 1），while");
  });

  it.each([
    [{ reason: "wall", limit: 5 }, "Stopped after 5.0 s.", "运行 5.0 秒后被停止。"],
    [{ reason: "memory", limit: 256 * 2 ** 20 }, "256 MiB of memory.", "内存超过 256 MiB"],
    [{ reason: "record", limit: 16 * 2 ** 20 }, "reached 16 MiB", "达到 16 MiB"],
    [{ reason: "forbidden" }, "not allowed here.", "不允许的操作"],
    [{ reason: "crash", signal: "SIGSEGV" }, "crashed (SIGSEGV)", "崩溃（SIGSEGV）"],
    [{ reason: "killed" }, "it was killed", "进程被终止"],
    [{ reason: "exit", exit_status: 3 }, "(exit status 3)", "退出状态 3"],
    [{ reason: "unfinished" }, "before it was over", "尚未完成"],
    [{ reason: "restart" }, "had to be restarted", "重新启动"],
    [{ reason: "nonsense" }, "made no sense", "无法理解"],
    [{ reason: "silence" }, "did not say how", "没有说明原因"],
  ] as [Partial<Stop>, string, string][])("says %o in both languages", (stop, en, zh) => {
    expect(told("en", stop)).toContain(en);
    expect(told("zh", stop)).toContain(zh);
  });

  it("says how many lines lie between the ends of a runaway loop", () => {
    const runaway = trace("runaway");
    const between = runaway.events.reduce((sum, each) => sum + (each.kind === "gap" ? each.lines : 0), 0);
    const sentence = chain(tellStop(runaway));
    const text =
      sentence &&
      sentenceParts(sentence, "en")
        .map((part) => part.text)
        .join("");
    expect(text).toMatch(new RegExp(`${between} lines lie between the first and the last`));
    expect(text).toContain("MiB of memory at line 9. ");
  });
});

describe.each(["line", "op"] as const)("a gap, by %s", (granularity) => {
  const run = openRun(trace("runaway"));
  const timeline = buildTimeline(run.trace, granularity);
  const gaps = run.trace.events.filter(({ kind }) => kind === "gap");

  it("is a step of its own with a mark, and lines play on both sides of it", () => {
    const own = timeline.steps.filter(({ kind }) => kind === "gap");
    expect(own).toHaveLength(gaps.length);
    expect(timeline.ticks.filter(({ kind }) => kind === "gap")).toHaveLength(gaps.length);
    const last = timeline.steps.findLastIndex(({ kind }) => kind === "gap");
    expect(last).toBeGreaterThan(0);
    expect(timeline.steps.length - 1).toBeGreaterThan(last);
  });

  it("is told with its count", () => {
    const [first] = steps(run, granularity).filter(({ kind }) => kind === "gap");
    const sentence = first && narrate(run, first);
    const text =
      sentence &&
      sentenceParts(sentence, "en")
        .map((part) => part.text)
        .join("");
    expect(text).toMatch(/^\d+ lines ran here/);
  });
});

describe("a record that is full", () => {
  const full = trace("small");
  full.events.push({ kind: "gap", lines: 0, tests: 0, full: 10000 });
  const said = (sentence: Sentence | null | undefined, language: Language) =>
    sentence &&
    sentenceParts(sentence, language)
      .map((part) => part.text)
      .join("");

  it("is told in the step in which it ends, and of the whole run", () => {
    const run = openRun(full);
    const last = steps(run, "line").at(-1);
    expect(last?.kind).toBe("gap");
    expect(said(last && narrate(run, last), "en")).toMatch(/^The record is full after 10,000 operations;/);
    expect(said(chain(tellStop(full)), "zh")).toBe(`${full.ops.length} 次运算后记录已满；此后只记录输出。`);
  });
});
