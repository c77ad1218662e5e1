/**
 * Groups in groups: each is laid out on its own, innermost first, and is a box with ports in the level around it.
 *
 * An edge that crosses borders is one link in each level it passes. Edges from the same card cross a border at the same
 * port, as they carry the same tensor.
 */

import { at, push } from "../core/lists";
import type { Box, LayoutGraph, Point } from "../core/types";
import { bendLongLinks } from "./bends";
import { assignCoordinates } from "./coordinates";
import { assignLayers } from "./layers";
import { type Level, type Link, SPACE, type Vertex, vertex } from "./level";
import { orderLayers } from "./order";
import { orderOperands, spreadPorts } from "./ports";
import { routeLinks, simplify } from "./routing";

type Edge = LayoutGraph["edges"][number];
type Owner = string | null;

const PASSES = [
  assignLayers,
  bendLongLinks,
  orderOperands,
  orderLayers,
  spreadPorts,
  assignCoordinates,
  routeLinks,
];

/** A border port's width: room for one edge. */
const PORT = 6;

/** The part of an edge within one level: from one of its boxes or ports to another. */
interface Segment {
  edge: Edge;
  source: string;
  target: string;
}

interface Solved {
  level: Level;
  width: number;
  height: number;
  /** Where the content begins within the group's box. */
  insetX: number;
  insetY: number;
  links: Map<string, Link>;
  /** Where each port is on the group's border, from its left edge. */
  ports: Map<string, number>;
}

export interface Nested {
  width: number;
  height: number;
  nodes: Record<string, Box>;
  groups: Record<string, Box>;
  edges: Record<string, Point[]>;
}

/** Lays out top to bottom. With `titleOnLeft` the title of a group is to be at the left instead of on top. */
export function layoutNested(graph: LayoutGraph, titleOnLeft: boolean): Nested {
  return new Nesting(graph, titleOnLeft).run();
}

class Nesting {
  private readonly nodes: Map<string, LayoutGraph["nodes"][number]>;
  private readonly groups: Map<string, LayoutGraph["groups"][number]>;
  private readonly parent = new Map<string, Owner>();
  /** What each group holds, in program order. */
  private readonly children = new Map<Owner, string[]>();
  private readonly rank = new Map<string, number>();
  private readonly segments = new Map<Owner, Segment[]>();
  private readonly route = new Map<string, { owner: Owner; segment: Segment }[]>();
  private readonly inPorts = new Map<Owner, Set<string>>();
  private readonly outPorts = new Map<Owner, Set<string>>();
  private readonly solved = new Map<Owner, Solved>();
  constructor(
    private readonly graph: LayoutGraph,
    private readonly titleOnLeft: boolean,
  ) {
    this.nodes = new Map(graph.nodes.map((node) => [node.id, node]));
    this.groups = new Map(graph.groups.map((group) => [group.id, group]));
    this.nest();
    for (const edge of graph.edges) this.divide(edge);
  }

  run(): Nested {
    const { width, height } = this.solve(null);
    const nested: Nested = { width, height, nodes: {}, groups: {}, edges: {} };
    const origin = new Map<Owner, Point>();
    this.place(null, { x: 0, y: 0 }, nested, origin);
    for (const edge of this.graph.edges) nested.edges[edge.id] = this.join(edge, origin);
    return nested;
  }

  // -- before: who holds what, and which edge passes where --

  private nest(): void {
    for (const { id, group } of this.graph.nodes) this.parent.set(id, group);
    for (const { id, parent } of this.graph.groups) this.parent.set(id, parent);
    this.graph.nodes.forEach(({ id }, rank) => {
      for (
        let item: Owner = id;
        item !== null && !this.rank.has(item);
        item = this.parent.get(item) ?? null
      ) {
        this.rank.set(item, rank);
        push(this.children, this.parent.get(item) ?? null, item);
      }
    });
  }

  /** The groups around a node, outermost first, and the node itself last. */
  private path(id: string): string[] {
    const path = [id];
    for (let up = this.parent.get(id) ?? null; up !== null; up = this.parent.get(up) ?? null)
      path.unshift(up);
    return path;
  }

  /** One segment in each level the edge passes: out of the source's groups, across, into the target's. */
  private divide(edge: Edge): void {
    const from = this.path(edge.source);
    const to = this.path(edge.target);
    let shared = 0;
    while (shared < from.length - 1 && shared < to.length - 1 && from[shared] === to[shared]) shared++;
    const add = (owner: Owner, source: string, target: string): void => {
      const segment = { edge, source, target };
      push(this.segments, owner, segment);
      push(this.route, edge.id, { owner, segment });
    };
    let source = edge.source;
    for (const group of from.slice(shared, -1).reverse()) {
      portsOf(this.outPorts, group).add(edge.source);
      add(group, source, outPort(edge));
      source = group;
    }
    add(shared ? at(from, shared - 1) : null, source, at(to, shared));
    to.slice(shared, -1).forEach((group, i) => {
      portsOf(this.inPorts, group).add(edge.source);
      add(group, inPort(edge), at(to, shared + i + 1));
    });
  }

  // -- each group on its own --

  private solve(owner: Owner): Solved {
    const vertices = new Map<string, Vertex>();
    const add = (v: Vertex): void => {
      vertices.set(v.id, v);
    };
    for (const source of this.inPorts.get(owner) ?? [])
      add(vertex(`in ${source}`, PORT, 0, this.rank.get(source) ?? 0, "first"));
    for (const id of this.children.get(owner) ?? []) {
      const { width, height } = this.nodes.get(id) ?? this.solve(id);
      add(vertex(id, width, height, this.rank.get(id) ?? 0));
    }
    for (const source of this.outPorts.get(owner) ?? [])
      add(vertex(`out ${source}`, PORT, 0, this.rank.get(source) ?? 0, "last"));

    const links = this.links(owner, vertices);
    const level: Level = { vertices: [...vertices.values()], links: [...links.values()], layers: [] };
    for (const pass of PASSES) pass(level);
    const box = this.box(owner, level);
    const pins = level.vertices.filter(({ pin }) => pin !== null);
    const ports = new Map(pins.map(({ id, x, width }) => [id, box.insetX + x + width / 2]));
    const solved = { level, links, ports, ...box };
    this.solved.set(owner, solved);
    return solved;
  }

  /** Segments with the same ends are one link. */
  private links(owner: Owner, vertices: Map<string, Vertex>): Map<string, Link> {
    const links = new Map<string, Link>();
    for (const segment of this.segments.get(owner) ?? []) {
      const source = vertices.get(segment.source);
      const target = vertices.get(segment.target);
      if (!source || !target || source === target) continue;
      const id = linkId(segment);
      const known = links.get(id);
      const weight = segment.edge.tracked ? 1 : 0.5;
      const from = this.solved.get(segment.source);
      const into = this.solved.get(segment.target);
      if (known) known.weight = Math.max(known.weight, weight);
      else
        links.set(id, {
          id,
          source,
          target,
          sourcePort: from?.ports.get(outPort(segment.edge)) ?? source.width / 2,
          targetPort: into?.ports.get(inPort(segment.edge)) ?? target.width / 2,
          slot: segment.target === segment.edge.target ? segment.edge.slot : null,
          isFree: segment.source === segment.edge.source,
          weight,
          isReversed: false,
          chain: [],
          points: [],
        });
    }
    return links;
  }

  private box(owner: Owner, { layers }: Level): Omit<Solved, "level" | "links" | "ports"> {
    const all = layers.flat();
    const width = all.reduce((right, v) => Math.max(right, v.x + v.width), 0);
    const height = all.reduce((bottom, v) => Math.max(bottom, v.y + v.height), 0);
    const group = owner === null ? undefined : this.groups.get(owner);
    if (!group) return { width, height, insetX: 0, insetY: 0 };
    const { padding } = SPACE;
    const { titleWidth, titleHeight } = group;
    // What is narrower than the title stands in the middle below it.
    const beside = Math.max(padding, padding + (titleWidth - (this.titleOnLeft ? height : width)) / 2);
    return this.titleOnLeft
      ? {
          width: width + titleHeight + padding,
          height: height + 2 * beside,
          insetX: titleHeight,
          insetY: beside,
        }
      : {
          width: width + 2 * beside,
          height: height + titleHeight + padding,
          insetX: beside,
          insetY: titleHeight,
        };
  }

  // -- after: everything in one system of coordinates --

  private place(owner: Owner, corner: Point, nested: Nested, origin: Map<Owner, Point>): void {
    const solved = this.solved.get(owner);
    if (!solved) return;
    const start = { x: corner.x + solved.insetX, y: corner.y + solved.insetY };
    origin.set(owner, start);
    for (const { id, pin, x, y, width, height } of solved.level.vertices) {
      if (pin) continue;
      const box = { x: start.x + x, y: start.y + y, width, height };
      if (this.nodes.has(id)) nested.nodes[id] = box;
      else {
        nested.groups[id] = box;
        this.place(id, box, nested, origin);
      }
    }
  }

  private join(edge: Edge, origin: Map<Owner, Point>): Point[] {
    const points = (this.route.get(edge.id) ?? []).flatMap(({ owner, segment }) => {
      const start = origin.get(owner) ?? { x: 0, y: 0 };
      const link = this.solved.get(owner)?.links.get(linkId(segment));
      return (link?.points ?? []).map(({ x, y }) => ({ x: x + start.x, y: y + start.y }));
    });
    return simplify(points);
  }
}

function portsOf(ports: Map<Owner, Set<string>>, group: string): Set<string> {
  const known = ports.get(group) ?? new Set();
  ports.set(group, known);
  return known;
}

function inPort({ source }: Edge): string {
  return `in ${source}`;
}

function outPort({ source }: Edge): string {
  return `out ${source}`;
}

/** Segments between the same boxes are one link if they carry the same tensor to the same operand. */
function linkId({ edge, source, target }: Segment): string {
  return `${source} ${target} ${edge.source} ${target === edge.target ? edge.slot : ""}`;
}
