import { describe, expect, it } from "vitest";
import { endsOf, eventOfIteration, iterationAt } from "../../src/core/iterations";
import { at } from "../../src/core/lists";
import { loopFrames, MOST_FRAMES, thinned } from "../../src/core/loop-frames";
import { iterationsIn } from "../../src/core/opening";
import { openRun } from "../../src/core/run";
import { loopSeries } from "../../src/core/series";
import { steps, trace } from "../golden";

const run = openRun(trace("training"));
const loops = run.trace.scopes.flatMap(({ kind }, scope) => (kind === "loop" ? [scope] : []));

describe("the iterations of a training loop", () => {
  it("each have an event of their own to go to, in order", () => {
    for (const loop of loops) {
      const iterations = iterationsIn(run, loop);
      const events = iterations.map((iteration) => eventOfIteration(run, iteration, null) ?? -1);
      expect(events).toEqual([...new Set(events)].sort((a, b) => a - b));
      for (const [i, end] of endsOf(run, loop).entries()) expect(end).toBeGreaterThan(at(events, i));
    }
  });

  it("are where going to them leads", () => {
    const all = steps(run, "op");
    for (const loop of loops) {
      for (const iteration of iterationsIn(run, loop)) {
        const event = eventOfIteration(run, iteration, null) ?? -1;
        const step = all.find(({ from, to }) => from <= event && event < to);
        expect(step && iterationAt(run, step)).toBe(iteration);
      }
    }
  });

  it("are found by the op that a backward pass is at", () => {
    const back = steps(run, "op").filter(({ kind }) => kind === "vjp");
    expect(new Set(back.map((step) => iterationAt(run, step))).size).toBeGreaterThan(1);
    for (const step of back) {
      const iteration = iterationAt(run, step);
      if (iteration === null) continue;
      expect(eventOfIteration(run, iteration, step.backward)).toBeLessThanOrEqual(step.from + 1);
    }
  });
});

describe("how values evolve over a loop", () => {
  it("has a point for each iteration of each value that changes, and the gradients that came in it", () => {
    const found = loops.map((loop) => ({ loop, ...loopSeries(run, loop) }));
    for (const { loop, sampled, series } of found) {
      expect(sampled).toEqual(iterationsIn(run, loop).map((_, i) => i));
      for (const { lines } of series) for (const line of lines) expect(line).toHaveLength(sampled.length);
    }
    const gradients = found.flatMap(({ series }) => series.filter(({ gradient }) => gradient));
    expect(gradients.length).toBeGreaterThan(0);
    for (const { lines } of gradients) expect(lines.flat()).not.toContain(null);
  });
});

describe("small multiples", () => {
  it("are all iterations where they are few, else as many as can be compared, with both ends and the current one", () => {
    expect(thinned(3, null)).toEqual([0, 1, 2]);
    for (const current of [0, 1, 37, 98, 99]) {
      const chosen = thinned(100, current);
      expect(chosen).toHaveLength(MOST_FRAMES);
      expect(chosen).toEqual([...new Set(chosen)].sort((a, b) => a - b));
      expect([chosen[0], chosen.at(-1), chosen.includes(current)]).toEqual([0, 99, true]);
    }
  });

  it("show a value as its iteration left it, and the gradient that came in it", () => {
    const [loop = -1] = loops;
    const positions = iterationsIn(run, loop).map((_, i) => i);
    const { series } = loopSeries(run, loop);
    for (const { name, gradient, lines } of series) {
      const frames = loopFrames(run, loop, name.replace(/\.grad$/, ""), positions);
      const drawn = frames.map((frame) => (gradient ? frame.gradient : frame.value)?.data[0] ?? null);
      if (lines.length === 1) expect(drawn).toEqual(lines[0]);
    }
    expect(series.length).toBeGreaterThan(1);
  });
});
