import { describe, expect, it } from "vitest";
import { storageMark } from "../../src/core/aliasing";
import { fullGraph } from "../../src/core/cards";
import { openRun } from "../../src/core/run";
import { cardState } from "../../src/core/state";
import { lesson, steps, TRACES, trace } from "../golden";

describe("the mark of a storage", () => {
  it.each(TRACES)("is one for all tensors on it and another for each other storage, in %s", (name) => {
    const run = openRun(trace(name));
    const byLetter = new Map<string, Set<number>>();
    for (const { tensor } of fullGraph(run).cards) {
      const letter = storageMark(run, tensor)?.letter;
      if (tensor === null || letter == null) continue;
      const storages = byLetter.get(letter) ?? new Set();
      byLetter.set(letter, storages.add(run.trace.tensors[tensor]?.storage ?? -1));
    }
    for (const storages of byLetter.values()) expect(storages.size).toBe(1);
  });

  it("is shared by y and y.detach()", () => {
    const letters = (name: string) =>
      fullGraph(lesson)
        .cards.filter((card) => card.name === name)
        .map((card) => storageMark(lesson, card.tensor)?.letter);
    const [u] = letters("u");
    expect(u).toMatch(/^[A-Z]+$/);
    expect(letters("y")).toContain(u);
  });
});

describe("a write in place", () => {
  it("lights every latest card on the storage and bumps the version on each", () => {
    let lit = 0;
    for (const run of TRACES.map((name) => openRun(trace(name)))) {
      const { cards } = fullGraph(run);
      for (const step of steps(run, "op")) {
        for (const { tensor, state } of cards.map((card) => ({
          ...card,
          state: cardState(run, card, step),
        }))) {
          if (!state.written) continue;
          lit++;
          const { storage } = run.trace.tensors[tensor ?? -1] ?? { storage: -1 };
          expect(state.version).toBe(run.storageAt(storage, step.to)?.version);
          const events = run.trace.events.slice(step.from, step.to);
          expect(events.some((event) => event.kind === "write" && event.storage === storage)).toBe(true);
        }
      }
    }
    expect(lit).toBeGreaterThan(1);
  });
});
