/** Lines of a run that goes on, put together: at the end they are the trace, and before that they are one too. */

import { describe, expect, it } from "vitest";
import { frameAt } from "../../src/core/frame";
import { brokenOff, Folding, type Line, SO_FAR } from "../../src/core/lines";
import type { Trace } from "../../src/schema/trace";
import { TRACES, trace } from "../golden";

const LISTS = ["spans", "scopes", "tensors", "values", "ops", "nodes", "edges", "formulas"] as const;

/** The lines that a trace could have come in: everything else first, then its events and output piece by piece. */
function linesOf(whole: Trace, pieces: number): Line[] {
  const { schema_version, generator, options, outcome } = whole;
  const cells = whole.cells.map((cell) => ({ ...cell, status: "not_run" as const, outputs: [] }));
  const first = Object.fromEntries(LISTS.map((name) => [name, whole[name]]));
  const tensors = whole.tensors.map((tensor) => ({ ...tensor, names: [] }));
  const size = Math.ceil(whole.events.length / pieces);
  const frames = Array.from({ length: pieces }, (_, i): Line => {
    const events = whole.events.slice(i * size, (i + 1) * size);
    const outputs = whole.cells.flatMap(({ outputs }, cell) =>
      outputs.flatMap(({ kind, text }, output) => {
        const part = Math.ceil(text.length / pieces);
        return [{ cell, output, kind, text: text.slice(i * part, (i + 1) * part) }];
      }),
    );
    const frame = i === 0 ? { ...first, tensors, events, outputs } : { events, outputs };
    return { kind: "frame", frame, progress: { ops: 0, events: 0, seconds: 0 } };
  });
  return [{ kind: "begin", schema_version, generator, options, cells }, ...frames, { kind: "end", outcome }];
}

describe("lines", () => {
  it.each(TRACES)("of %s give the trace", (name) => {
    const whole = trace(name);
    for (const pieces of [1, 2, 7]) {
      const folding = new Folding();
      for (const line of linesOf(whole, pieces)) folding.take(line);
      expect(folding.outcome).toEqual(whole.outcome);
      expect(folding.trace(whole.outcome)).toEqual(whole);
    }
  });

  it("give a trace that can be played before the run is over, and that later lines leave alone", () => {
    const whole = trace("lesson");
    const folding = new Folding();
    const lines = linesOf(whole, 5);
    for (const line of lines.slice(0, 3)) folding.take(line);
    const early = folding.trace(SO_FAR);
    const kept = structuredClone(early);
    const known = early.events.length;
    expect(known).toBe(2 * Math.ceil(whole.events.length / 5));
    for (const line of lines.slice(3)) folding.take(line);
    expect(early).toEqual(kept);
    const later = folding.trace(whole.outcome);
    expect(frameAt(early, known).tensors).toEqual(frameAt(later, known).tensors);
  });

  it("are nothing to show before the first event", () => {
    const folding = new Folding();
    expect(folding.isEmpty).toBe(true);
    const [begin, frame] = linesOf(trace("small"), 1);
    folding.take(begin as Line);
    expect(folding.isEmpty).toBe(true);
    folding.take(frame as Line);
    expect(folding.isEmpty).toBe(false);
  });

  it("that broke off say by whose hand", () => {
    expect(brokenOff("cancelled")).toMatchObject({ status: "killed", stop: { reason: "cancelled" } });
  });
});
