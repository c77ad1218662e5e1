import { describe, expect, it } from "vitest";
import { frameAt } from "../../src/core/frame";
import { openRun } from "../../src/core/run";
import { frames, TRACES, trace } from "../golden";

/** Moments compared; a prime, so that all kinds of events come last. */
const EVERY = 7;

describe.each(TRACES)("frames of the %s trace", (name) => {
  const recorded = trace(name);

  it("equal the golden ones, which Python's reader gives too", () => {
    const golden = frames(name);
    expect(golden.map(({ at }) => frameAt(recorded, at))).toEqual(golden);
  });

  it("equal what the histories answer", () => {
    const run = openRun(recorded);
    for (let k = 0; k <= recorded.events.length; k += EVERY) {
      const frame = frameAt(recorded, k);
      const { cell, span, scope, backward, backwards } = frame;
      expect(run.moment(k)).toEqual({ cell, span, scope, backward, backwards });
      recorded.tensors.forEach((_, tensor) => {
        expect(run.tensorAt(tensor, k)).toEqual(frame.tensors[tensor]);
        expect(run.gradAt(tensor, k)?.value).toEqual(frame.grads[tensor]);
      });
      recorded.edges.forEach((_, edge) => {
        expect(run.edgeAt(edge, k)).toEqual(frame.edges[edge] ?? null);
      });
      recorded.nodes.forEach((_, node) => {
        const state = run.nodeAt(node, k);
        const received = run.receivedAt(node, k);
        expect(state && { ...state, received }).toEqual(frame.nodes[node]);
      });
    }
  });

  it("do not depend on what comes later", () => {
    const k = Math.floor(recorded.events.length / 2);
    const cut = { ...recorded, events: recorded.events.slice(0, k) };
    expect(frameAt(cut, k)).toEqual(frameAt(recorded, k));
  });
});
