import { describe, expect, it } from "vitest";
import type { Box, Layout, LayoutDirection, LayoutGraph, Point } from "../../src/core/types";
import { layout } from "../../src/layout/layout";
import { randomGraph } from "./graphs";

const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);
const EPSILON = 1e-6;

function box(boxes: Record<string, Box>, id: string): Box {
  const found = boxes[id];
  if (!found) throw new Error(`${id} has no place`);
  return found;
}

function points(result: Layout, id: string): Point[] {
  const found = result.edges[id];
  if (!found?.length) throw new Error(`${id} has no route`);
  return found;
}

function overlap(a: Box, b: Box): boolean {
  return (
    a.x < b.x + b.width - EPSILON &&
    b.x < a.x + a.width - EPSILON &&
    a.y < b.y + b.height - EPSILON &&
    b.y < a.y + a.height - EPSILON
  );
}

function inside(inner: Box, outer: Box): boolean {
  return (
    inner.x >= outer.x - EPSILON &&
    inner.y >= outer.y - EPSILON &&
    inner.x + inner.width <= outer.x + outer.width + EPSILON &&
    inner.y + inner.height <= outer.y + outer.height + EPSILON
  );
}

/** The parts of a route that run straight along the flow, as boxes without breadth. */
function straightParts(route: Point[], across: "x" | "y"): Box[] {
  return route.slice(1).flatMap((b, i) => {
    const a = route[i] as Point;
    if (Math.abs(a[across] - b[across]) > EPSILON) return [];
    const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
    return [{ x, y, width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) }];
  });
}

/** Groups around an item, itself not among them. */
function around(graph: LayoutGraph, parent: string | null): string[] {
  const parents = new Map(graph.groups.map((group) => [group.id, group.parent]));
  const list: string[] = [];
  for (let id = parent; id !== null; id = parents.get(id) ?? null) list.push(id);
  return list;
}

describe.each<LayoutDirection>(["TB", "LR"])("a random graph laid out %s", (direction) => {
  const across = direction === "TB" ? "x" : "y";
  const along = direction === "TB" ? "y" : "x";
  const cases = SEEDS.map((seed) => {
    const graph = randomGraph(seed, 10 + (seed % 50));
    return { seed, graph, result: layout(graph, { direction }) };
  });

  it("has no overlaps between nodes, or between a node and a group that does not hold it", () => {
    const overlaps = cases.flatMap(({ seed, graph, result }) =>
      graph.nodes.flatMap((a, i) => {
        const own = box(result.nodes, a.id);
        const holders = around(graph, a.group);
        const nodes = graph.nodes.slice(i + 1).filter(({ id }) => overlap(own, box(result.nodes, id)));
        const groups = graph.groups.filter(
          ({ id }) => !holders.includes(id) && overlap(own, box(result.groups, id)),
        );
        return [...nodes, ...groups].map(({ id }) => `seed ${seed}: ${a.id} and ${id}`);
      }),
    );
    expect(overlaps).toEqual([]);
  });

  it("keeps nodes and groups inside their groups, and all inside the drawing", () => {
    for (const { graph, result } of cases) {
      const whole = { x: 0, y: 0, width: result.width, height: result.height };
      for (const { id, group } of graph.nodes) {
        expect(inside(box(result.nodes, id), group === null ? whole : box(result.groups, group))).toBe(true);
      }
      for (const { id, parent } of graph.groups) {
        expect(inside(box(result.groups, id), parent === null ? whole : box(result.groups, parent))).toBe(
          true,
        );
      }
    }
  });

  it("keeps the sizes it was given", () => {
    for (const { graph, result } of cases)
      for (const { id, width, height } of graph.nodes)
        expect(box(result.nodes, id)).toMatchObject({ width, height });
  });

  it("takes each edge from its source's far side to its target's near side", () => {
    for (const { graph, result } of cases) {
      for (const { id, source, target } of graph.edges) {
        const route = points(result, id);
        const [first, last] = [route[0] as Point, route.at(-1) as Point];
        const [from, to] = [box(result.nodes, source), box(result.nodes, target)];
        const size = direction === "TB" ? "height" : "width";
        const breadth = direction === "TB" ? "width" : "height";
        expect(first[along]).toBeCloseTo(from[along] + from[size]);
        expect(last[along]).toBeCloseTo(to[along]);
        expect(first[across]).toBeGreaterThanOrEqual(from[across]);
        expect(first[across]).toBeLessThanOrEqual(from[across] + from[breadth]);
        expect(last[across]).toBeGreaterThanOrEqual(to[across]);
        expect(last[across]).toBeLessThanOrEqual(to[across] + to[breadth]);
      }
    }
  });

  it("lets operands enter in order", () => {
    for (const { graph, result } of cases) {
      for (const { id } of graph.nodes) {
        const entering = graph.edges.filter(({ target }) => target === id).sort((a, b) => a.slot - b.slot);
        const places = entering.map((edge) => (points(result, edge.id).at(-1) as Point)[across]);
        expect(places).toEqual([...places].sort((a, b) => a - b));
        expect(new Set(places).size).toBe(places.length);
      }
    }
  });

  it("routes edges forward only, and joins their parts", () => {
    for (const { graph, result } of cases) {
      for (const { id } of graph.edges) {
        const route = points(result, id);
        for (let i = 1; i < route.length; i++) {
          const [before, after] = [route[i - 1] as Point, route[i] as Point];
          expect(after[along]).toBeGreaterThanOrEqual(before[along] - EPSILON);
        }
      }
    }
  });

  it("goes through no node on the way", () => {
    // Sideways parts run between layers; a straight part must not go through a node.
    const hits = cases.flatMap(({ seed, graph, result }) =>
      graph.edges.flatMap(({ id, source, target }) => {
        const others = graph.nodes.filter((node) => node.id !== source && node.id !== target);
        return straightParts(points(result, id), across).flatMap((part) =>
          others
            .filter((node) => overlap(part, box(result.nodes, node.id)))
            .map((node) => `seed ${seed}: ${id} through ${node.id}`),
        );
      }),
    );
    expect(hits).toEqual([]);
  });

  it("is the same each time", () => {
    for (const { graph, result } of cases.slice(0, 10))
      expect(layout(structuredClone(graph), { direction })).toEqual(result);
  });
});

describe("layout", () => {
  const chain = (length: number): LayoutGraph => ({
    nodes: Array.from({ length }, (_, i) => ({ id: `n${i}`, width: 100, height: 40, group: null })),
    edges: Array.from({ length: length - 1 }, (_, i) => ({
      id: `e${i}`,
      source: `n${i}`,
      target: `n${i + 1}`,
      slot: 0,
      tracked: true,
    })),
    groups: [],
  });

  it("draws a chain straight", () => {
    const { nodes } = layout(chain(5), { direction: "TB" });
    expect(new Set(Object.values(nodes).map(({ x }) => x)).size).toBe(1);
  });

  it("takes the direction that fits larger", () => {
    expect(layout(chain(6), { direction: "fit", aspect: 5 }).direction).toBe("LR");
    expect(layout(chain(6), { direction: "fit", aspect: 0.3 }).direction).toBe("TB");
  });

  it("draws x * x with two edges that do not touch", () => {
    const graph: LayoutGraph = {
      nodes: [
        { id: "x", width: 100, height: 40, group: null },
        { id: "y", width: 100, height: 40, group: null },
      ],
      edges: [0, 1].map((slot) => ({ id: `e${slot}`, source: "x", target: "y", slot, tracked: true })),
      groups: [],
    };
    const result = layout(graph, { direction: "TB" });
    const [left, right] = [points(result, "e0"), points(result, "e1")];
    left.forEach(({ x }, i) => {
      expect(x).toBeLessThan((right[i] as Point).x);
    });
  });

  it("uncrosses what can be uncrossed", () => {
    // a and b each feed one of two; the order given crosses them.
    const graph: LayoutGraph = {
      nodes: ["a", "b", "c", "d"].map((id) => ({ id, width: 60, height: 30, group: null })),
      edges: [
        { id: "ad", source: "a", target: "d", slot: 0, tracked: true },
        { id: "bc", source: "b", target: "c", slot: 0, tracked: true },
      ],
      groups: [],
    };
    const { nodes } = layout(graph, { direction: "TB" });
    const sameSide = box(nodes, "a").x < box(nodes, "b").x === box(nodes, "d").x < box(nodes, "c").x;
    expect(sameSide).toBe(true);
  });

  it("completes on a graph with a cycle", () => {
    const graph = chain(4);
    graph.edges.push({ id: "back", source: "n3", target: "n0", slot: 0, tracked: true });
    const result = layout(graph, { direction: "TB" });
    expect(points(result, "back").length).toBeGreaterThan(1);
  });

  it("completes on nothing", () => {
    expect(layout({ nodes: [], edges: [], groups: [] }, { direction: "fit" })).toMatchObject({
      width: 0,
      height: 0,
    });
  });

  it("completes on a thousand nodes", () => {
    const graph = randomGraph(7, 1000);
    const result = layout(graph, { direction: "TB" });
    expect(Object.keys(result.nodes)).toHaveLength(1000);
    expect(Object.keys(result.edges)).toHaveLength(graph.edges.length);
  });
});

it.each<LayoutDirection>(["TB", "LR"])(
  "has what is narrower than a title in the middle below it, %s",
  (direction) => {
    const { nodes, groups } = layout(
      {
        nodes: [{ id: "a", width: 60, height: 40, group: "g" }],
        edges: [],
        groups: [{ id: "g", parent: null, titleWidth: 200, titleHeight: 46 }],
      },
      { direction },
    );
    const [card, around] = [box(nodes, "a"), box(groups, "g")];
    expect(around.width).toBeGreaterThanOrEqual(200);
    expect(card.x + card.width / 2).toBeCloseTo(around.x + around.width / 2);
    expect(card.y - around.y).toBe(46);
  },
);
