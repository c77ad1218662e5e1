import { describe, expect, it } from "vitest";
import { stepAtSource } from "../../src/core/at-source";
import { fullGraph } from "../../src/core/cards";
import { errorAt, madeAt, nextBackward, nextTouch } from "../../src/core/jumps";
import { correspondingPosition, movedLine } from "../../src/core/keep-place";
import { openRun } from "../../src/core/run";
import { buildTimeline } from "../../src/core/timeline";
import type { Trace } from "../../src/schema/trace";
import { lesson, TRACES, trace } from "../golden";

describe.each(TRACES)("steps by VJP, in %s", (name) => {
  const recorded = trace(name);
  const { steps } = buildTimeline(recorded, "vjp");

  it("take every event once, in order", () => {
    expect(steps[0]?.from ?? 0).toBe(0);
    steps.slice(1).forEach((step, i) => {
      expect(step.from).toBe(steps[i]?.to);
    });
    expect(steps.at(-1)?.to ?? 0).toBe(recorded.events.length);
  });

  it("are one for each VJP and accumulation, which are what they are about", () => {
    const told = steps.flatMap(({ from, to }) => [
      recorded.events.slice(from, to).filter(({ kind }) => kind === "vjp" || kind === "accumulate").length,
    ]);
    expect(Math.max(0, ...told)).toBeLessThanOrEqual(1);
    const kinds = (kind: string) => recorded.events.filter((event) => event.kind === kind).length;
    expect(steps.filter(({ kind }) => kind === "vjp")).toHaveLength(kinds("vjp"));
    expect(steps.filter(({ kind }) => kind === "accumulate")).toHaveLength(kinds("accumulate"));
  });

  it("are those by line, forward", () => {
    const forward = (granularity: "line" | "vjp") =>
      buildTimeline(recorded, granularity).steps.filter(({ backward }) => backward === null).length;
    expect(forward("vjp")).toBe(forward("line"));
  });
});

describe("jumps", () => {
  it("lead to what made a card, and on through all that touches it, each later than the one before", () => {
    for (const card of fullGraph(lesson).cards) {
      const made = madeAt(card);
      expect(made).toBe(card.born - 1);
      let k = 0;
      for (let event = nextTouch(lesson, card, k); event !== null; event = nextTouch(lesson, card, k)) {
        expect(event).toBeGreaterThanOrEqual(k);
        k = event + 1;
      }
      expect(k).toBeGreaterThan(made);
    }
  });

  it("lead from backward to backward, and to the error where there is one", () => {
    expect(nextBackward(lesson, 0)).toBe(lesson.backwards[0]);
    expect(nextBackward(lesson, (lesson.backwards.at(-1) ?? 0) + 1)).toBeNull();
    expect(errorAt(lesson)).toBeNull();
    const failing = openRun(trace("failing"));
    expect(failing.trace.events[errorAt(failing) ?? -1]?.kind).toBe("error");
  });
});

describe("a place in the code", () => {
  const timeline = buildTimeline(lesson.trace, "op");

  it("leads to a step of the innermost expression there, and said again to the next, round and round", () => {
    const visited = timeline.steps.flatMap(({ span, direction }, i) => {
      const at = span === null || direction === "backward" ? undefined : lesson.trace.spans[span];
      if (!at) return [];
      const place = { cell: at.cell, line: at.line, column: at.column };
      return [{ i: i + 1, found: stepAtSource(lesson, timeline, place, i) }];
    });
    for (const { found } of visited) expect(found).not.toBeNull();
    const again = visited.filter(({ i, found }) => found === i);
    expect(again.length).toBeGreaterThan(visited.length / 2);
  });

  it("that never ran leads nowhere", () => {
    expect(stepAtSource(lesson, timeline, { cell: 0, line: 999, column: 0 }, 0)).toBeNull();
  });
});

describe("after an edit", () => {
  it.each([
    ["a line before", "a\nb\nc", "new\na\nb\nc", 2, 3],
    ["a line after", "a\nb\nc", "a\nb\nc\nnew", 2, 2],
    ["the line itself", "a\nb\nc", "a\nB\nc", 2, 2],
    ["a line taken out before", "a\nb\nc", "b\nc", 3, 2],
  ])("%s, a line is where it was moved to", (_, before, now, line, moved) => {
    expect(movedLine(before, now, line)).toBe(moved);
  });

  it("of two places, a line between them goes with its own", () => {
    expect(movedLine("a\nb\nc\nd", "a\nx\nb\nc\nd\n", 3)).toBe(4);
    expect(movedLine("a\nb\nc\nd", "x\ny\na\nb!\nc\nd!", 2)).toBe(4);
  });

  it.each(TRACES)("of nothing, every step corresponds to one at the same line, mostly itself: %s", (name) => {
    const run = openRun(trace(name));
    const timeline = buildTimeline(run.trace, "op");
    const played = { run, timeline };
    timeline.steps.forEach((step, i) => {
      const found = correspondingPosition(played, i + 1, played, (cell) => cell);
      if (step.line === null && step.span === null) expect(found).toBeNull();
      else expect(found).toBe(i + 1);
    });
  });

  it("of a comment above, the player stands at the same step", () => {
    const before = openRun(trace("small"));
    const shifted: Trace = structuredClone(before.trace);
    const [cell] = shifted.cells;
    if (!cell) throw new Error("no cell");
    cell.source = `# a comment\n${cell.source}`;
    for (const span of shifted.spans.filter(({ cell }) => cell === 0)) {
      span.line++;
      span.end_line++;
    }
    const now = openRun(shifted);
    const played = (run: typeof now) => ({ run, timeline: buildTimeline(run.trace, "op") });
    played(before).timeline.steps.forEach((step, i) => {
      if (step.line === null && step.span === null) return;
      expect(correspondingPosition(played(before), i + 1, played(now), (index) => index)).toBe(i + 1);
    });
  });

  it("a cell that is gone has no place any more", () => {
    const played = { run: lesson, timeline: buildTimeline(lesson.trace, "op") };
    expect(correspondingPosition(played, 10, played, () => null)).toBeNull();
  });
});
