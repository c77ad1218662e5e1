import { describe, expect, it } from "vitest";
import { fullGraph } from "../../src/core/cards";
import { openRun } from "../../src/core/run";
import { cutStretches } from "../../src/core/stretches";
import type { Card } from "../../src/core/types";
import { arrange, components, drawnGraph, viewGraph } from "../../src/core/viewgraph";
import { lesson, TRACES, trace } from "../golden";

const [model] = fullGraph(lesson).cards as [Card];
const cards = (groups: (string | null)[]): Card[] =>
  groups.map((group, i) => ({ ...model, id: `c${i}`, group }));
const filled = (group: string | null, length: number) => Array.from({ length }, () => group);

describe("a long straight run", () => {
  it("is cut into even stretches", () => {
    const cut = cutStretches(cards(filled(null, 1000)));
    const sizes = new Map<string, number>();
    for (const stretch of cut.values()) sizes.set(stretch, (sizes.get(stretch) ?? 0) + 1);
    expect(Math.max(...sizes.values())).toBeLessThanOrEqual(31);
    expect(Math.min(...sizes.values())).toBeGreaterThanOrEqual(29);
  });

  it("stays whole while it is short, and ends where another box begins", () => {
    expect(cutStretches(cards(filled(null, 60))).size).toBe(0);
    expect(cutStretches(cards([...filled(null, 50), ...filled("s1", 3), ...filled(null, 50)])).size).toBe(0);
  });
});

describe.each(TRACES)("the picture of %s with one stretch open", (name) => {
  const run = openRun(trace(name));
  const view = { open: new Set(run.trace.scopes.keys()), focus: new Set(components(run).keys()) };

  it("has every op, once", () => {
    const arranged = arrange(run, view);
    const stretches = new Set([...arranged.stretchOf.values()].slice(0, 1));
    const drawn = drawnGraph(run, arranged, { ...view, stretches });
    const ops = (of: Card[]) => of.flatMap((card) => card.ops).sort((a, b) => a - b);
    expect(new Set(ops(drawn.cards))).toEqual(new Set(ops(viewGraph(run, view).cards)));
    const ids = new Set(drawn.cards.map(({ id }) => id));
    for (const { source, target } of drawn.edges) expect(ids.has(source) && ids.has(target)).toBe(true);
  });
});
