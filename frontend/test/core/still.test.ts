import { describe, expect, it } from "vitest";
import { frameAt } from "../../src/core/frame";
import { openRun } from "../../src/core/run";
import { arrange, drawnGraph, focusOf, openAtFirst } from "../../src/core/viewgraph";
import { faceOf } from "../../src/graph/face";
import { roughMeasure } from "../../src/graph/measure";
import { en } from "../../src/i18n/en";
import { layout } from "../../src/layout/layout";
import { steps, TRACES, trace } from "../golden";

describe.each(TRACES)("%s", (name) => {
  const run = openRun(trace(name));

  it("looked up after any k events is what a fold of those events gives", () => {
    const { events, tensors, storages, nodes } = {
      events: run.trace.events.length,
      tensors: run.trace.tensors.keys(),
      storages: new Set(run.trace.tensors.map(({ storage }) => storage)),
      nodes: run.trace.nodes.keys(),
    };
    const all = { tensors: [...tensors], storages: [...storages], nodes: [...nodes] };
    for (let k = 0; k <= events; k++) {
      const frame = frameAt(run.trace, k);
      for (const tensor of all.tensors) expect(run.tensorAt(tensor, k)).toEqual(frame.tensors[tensor]);
      for (const storage of all.storages) expect(run.storageAt(storage, k)).toEqual(frame.storages[storage]);
      for (const node of all.nodes) {
        const { received, ...state } = frame.nodes[node] ?? { received: [] };
        expect(run.nodeAt(node, k) ?? {}).toEqual(state);
        expect(run.receivedAt(node, k)).toEqual(received);
      }
    }
  });

  it("is drawn the same at every step with the same focus and folds: nothing moves", () => {
    const drawings = new Map<string, string>();
    for (const step of steps(run, "op")) {
      const view = { open: openAtFirst(run, step), focus: focusOf(run, step) };
      const key = [...view.open, "|", ...view.focus].join(",");
      if (drawings.size > 12 && !drawings.has(key)) continue;
      const graph = drawnGraph(run, arrange(run, view), view);
      const drawing = layout(
        {
          nodes: graph.cards.map((card) => ({
            ...faceOf(run, card, en, roughMeasure),
            id: card.id,
            group: card.group,
          })),
          edges: graph.edges.map((edge) => ({ ...edge, tracked: edge.kind === "tracked" })),
          groups: graph.groups.map(({ id, parent }) => ({ id, parent, titleWidth: 60, titleHeight: 28 })),
        },
        { direction: "TB" },
      );
      const text = JSON.stringify(drawing);
      expect(drawings.get(key) ?? text).toBe(text);
      drawings.set(key, text);
    }
    expect(drawings.size).toBeGreaterThan(0);
  });
});
