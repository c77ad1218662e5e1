import { describe, expect, it } from "vitest";
import { groupOf, labelOf } from "../../src/core/groups";
import { type Bundle, nest } from "../../src/core/nest";
import { placement } from "../../src/core/placement";
import { openRun, type Run } from "../../src/core/run";
import { cutStretches } from "../../src/core/stretches";
import type { Card, Fold, GraphEdge } from "../../src/core/types";
import { arrange, components, drawnGraph, focusOf, openAtFirst, type View } from "../../src/core/viewgraph";
import { steps, TRACES, trace } from "../golden";

/** The same by its definition: card by card and edge by edge, with nothing kept from one view to the next. */
function byDefinition(run: Run, view: View): { cards: Card[]; edges: GraphEdge[] } {
  const { shown, edges, paths } = placement(run, view.focus);
  const scopes = [...run.trace.scopes.entries()];
  const isClosed = (scope: number) => !view.open.has(scope);
  /** The closed iterations around one, next to each other. */
  const row = (scope: number): number[] => {
    const { parent } = run.trace.scopes[scope] as { parent: number };
    const all = scopes
      .filter(([, other]) => other.kind === "iteration" && other.parent === parent)
      .map(([i]) => i);
    const here = all.indexOf(scope);
    let [from, to] = [here, here];
    while (from > 0 && isClosed(all[from - 1] as number)) from--;
    while (to < all.length - 1 && isClosed(all[to + 1] as number)) to++;
    return all.slice(from, to + 1);
  };
  const foldOf = (scope: number): Fold => {
    const { kind, parent } = run.trace.scopes[scope] as (typeof run.trace.scopes)[number];
    if (kind !== "iteration" || parent === null)
      return { kind: "scope", scope, label: labelOf(run, scope), scopeKind: kind, count: 0 };
    const index = (which: number | undefined) => run.trace.scopes[which ?? -1]?.index ?? 0;
    const inside = row(scope);
    return {
      kind: "iterations",
      scopes: inside,
      first: index(inside[0]),
      last: index(inside.at(-1)),
      count: 0,
    };
  };
  const into = (cards: Map<string, Card>, id: string, fold: Fold, group: string | null, card: Card) => {
    const known = cards.get(id);
    const made = known ?? { ...blank, id, fold, group, title: fold.kind === "scope" ? fold.label : "" };
    cards.set(id, made);
    if (made.fold) made.fold.count++;
    made.ops = [...made.ops, ...card.ops];
    made.cell ??= card.cell;
    made.born = Math.min(made.born, card.born);
  };

  const arranged = new Map<string, Card>();
  const standIn = new Map<string, string>();
  for (const card of shown) {
    const path = paths.get(card.id) ?? [];
    const outermost = path.find(isClosed);
    if (outermost === undefined) {
      standIn.set(card.id, card.id);
      arranged.set(card.id, { ...card, group: groupOf(run, path) });
      continue;
    }
    const fold = foldOf(outermost);
    const id = `f${fold.kind === "iterations" ? fold.scopes[0] : outermost}`;
    standIn.set(card.id, id);
    into(arranged, id, fold, groupOf(run, path.slice(0, path.indexOf(outermost))), card);
  }

  const stretchOf = cutStretches(arranged.values());
  const drawn = new Map<string, Card>();
  const within = new Map<string, string>();
  for (const card of arranged.values()) {
    const stretch = stretchOf.get(card.id);
    if (stretch === undefined || !view.stretches || view.stretches.has(stretch)) drawn.set(card.id, card);
    else {
      within.set(card.id, stretch);
      into(drawn, stretch, { kind: "stretch", stretch, count: 0 }, card.group, card);
    }
  }

  const merged = new Map<string, GraphEdge>();
  for (const edge of edges) {
    const end = (id: string) => {
      const stand = standIn.get(id) ?? "";
      return within.get(stand) ?? stand;
    };
    const [source, target] = [end(edge.source), end(edge.target)];
    if (source === target) continue;
    const isOwn = source === edge.source && target === edge.target;
    const id = isOwn ? edge.id : `${source}>${target === edge.target ? `${target}:${edge.slot}` : target}`;
    const slot = target === edge.target ? edge.slot : 0;
    const known = merged.get(id);
    if (!known) merged.set(id, { ...edge, id, source, target, slot });
    else {
      const kind = edge.kind === "tracked" ? "tracked" : known.kind;
      const reason = kind === "tracked" ? null : known.reason;
      merged.set(id, { ...known, kind, reason, edges: [...known.edges, ...edge.edges] });
    }
  }
  return { cards: [...drawn.values()], edges: [...merged.values()] };
}

const blank: Card = {
  id: "",
  kind: "folded",
  op: null,
  tensor: null,
  node: null,
  output: 0,
  group: null,
  title: "",
  gradFn: null,
  name: "",
  shape: [],
  dtype: "",
  requiresGrad: false,
  detached: false,
  sharesWith: [],
  ops: [],
  cell: null,
  born: Number.POSITIVE_INFINITY,
  fold: null,
};

/** Views of every step, and of half of the scopes by turns. */
function* viewsOf(run: Run): Generator<View> {
  const all = steps(run, "op");
  for (let at = 0; at < all.length; at += Math.ceil(all.length / 40)) {
    const step = all[at];
    if (step) yield { open: openAtFirst(run, step), focus: focusOf(run, step) };
  }
  const focus = new Set(components(run).keys());
  const scopes = [...run.trace.scopes.keys()];
  yield { open: new Set(scopes), focus };
  yield { open: new Set(), focus };
  for (const [every, rest] of [
    [2, 0],
    [2, 1],
    [3, 1],
    [5, 2],
  ])
    yield { open: new Set(scopes.filter((scope) => scope % (every ?? 1) !== rest)), focus };
}

const unfocused = ({ fold }: Card) => fold?.kind !== "cells";

describe.each(TRACES)("what is folded in %s", (name) => {
  const run = openRun(trace(name));

  it("is the same whatever was folded before", () => {
    for (const view of viewsOf(run)) {
      const arranged = arrange(run, view);
      const stretches = [...new Set(arranged.stretchOf.values())];
      for (const open of [undefined, ...stretches.slice(0, 2), stretches.at(-1)]) {
        const seen = open === undefined ? view : { ...view, stretches: new Set([open]) };
        const { cards, edges } = drawnGraph(run, arranged, seen);
        expect({ cards: cards.filter(unfocused), edges }).toEqual(byDefinition(run, seen));
      }
    }
  });
});

describe("edges into a closed box", () => {
  const card = (id: string): Card => ({ ...blank, id, kind: "op", ops: [Number(id.slice(1))], born: 1 });
  const cards = ["o0", "o1", "o2", "o3"].map(card);
  const edge = (part: number, source: string, target: string, tracked: boolean): Bundle => ({
    edge: {
      id: `e${part}`,
      source,
      target,
      slot: 1,
      kind: tracked ? "tracked" : "detached",
      reason: tracked ? null : "detach",
      edges: [part],
    },
    parts: [part],
  });
  const fold: Fold = { kind: "scope", scope: 0, label: "", scopeKind: "function", count: 0 };
  const cut = (made: ReturnType<typeof nest<number>>, open: number[]) =>
    made(
      (box) => open.includes(box),
      () => ({ id: "f", make: () => ({ ...blank, id: "f", fold: { ...fold }, ops: [] }) }),
    );

  it("are one from each card outside, tracked if one of them is", () => {
    const paths = new Map([
      ["o0", []],
      ["o1", [7]],
      ["o2", [7]],
      ["o3", []],
    ]);
    const made = nest<number>(cards, paths, [
      edge(0, "o0", "o1", false),
      edge(1, "o0", "o2", true),
      edge(2, "o1", "o2", true),
      edge(3, "o2", "o3", true),
    ]);
    const { cards: drawn, edges, standIn } = cut(made, []);
    expect(drawn.map(({ id, fold, ops }) => [id, fold?.kind, ops])).toEqual([
      ["o0", undefined, [0]],
      ["f", "scope", [1, 2]],
      ["o3", undefined, [3]],
    ]);
    expect(edges).toMatchObject([
      { edge: { id: "o0>f", kind: "tracked", reason: null, slot: 0 }, parts: [0, 1] },
      { edge: { id: "f>o3:1", source: "f", target: "o3", slot: 1 }, parts: [3] },
    ]);
    expect(["o1", "o3", "o9"].map(standIn)).toEqual(["f", "o3", undefined]);
    expect(cut(made, [7]).edges.map(({ edge }) => edge.id)).toEqual(["e0", "e1", "e2", "e3"]);
  });

  it("keep the order of the program where boxes that fold into one lie in each other's way", () => {
    const paths = new Map([
      ["o0", [1]],
      ["o1", [2]],
      ["o2", [1]],
      ["o3", [2]],
    ]);
    const { cards: drawn } = cut(nest<number>(cards, paths, []), []);
    expect(drawn.map(({ ops, fold }) => [ops, fold])).toEqual([[[0, 1, 2, 3], { ...fold, count: 4 }]]);
  });
});
