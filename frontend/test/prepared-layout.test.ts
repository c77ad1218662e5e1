/** The layout's worker loads while a run is under way, and is the one that then lays out. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";

class Counted extends EventTarget {
  static made: Counted[] = [];
  readonly asked: unknown[] = [];
  constructor() {
    super();
    Counted.made.push(this);
  }
  postMessage(request: unknown): void {
    this.asked.push(request);
  }
}

beforeEach(() => {
  vi.resetModules();
  Counted.made = [];
  vi.stubGlobal("origin", "http://localhost");
  vi.stubGlobal("Worker", Counted);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

it("starts the worker once, before there is anything to lay out", async () => {
  const { layoutInWorker, prepareLayout } = await import("../src/layout/client");
  expect(Counted.made).toHaveLength(0);
  prepareLayout();
  prepareLayout();
  expect(Counted.made).toHaveLength(1);
  void layoutInWorker({ nodes: [], edges: [], groups: [] }, { direction: "fit", aspect: 1 });
  await vi.waitFor(() => expect(Counted.made[0]?.asked).toHaveLength(1));
  expect(Counted.made).toHaveLength(1);
});

it("starts none where a frame may have none", async () => {
  vi.stubGlobal("origin", "null");
  const { prepareLayout } = await import("../src/layout/client");
  prepareLayout();
  expect(Counted.made).toHaveLength(0);
});

it("starts it when a run is asked for, whatever becomes of that", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("out of reach")));
  const { startRun } = await import("../src/state/request");
  await startRun();
  expect(Counted.made).toHaveLength(1);
});
