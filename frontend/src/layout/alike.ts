/** Pictures that differ in names alone, as those of a loop's iterations do: what was laid out for one goes for all. */
import type { Layout, LayoutGraph, LayoutOptions } from "../core/types";

/** Layouts by what they depend on, the last ones. */
export class AlikeLayouts {
  readonly #known = new Map<string, Unnamed>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  find(alike: string, graph: LayoutGraph): Layout | null {
    const found = this.#known.get(alike);
    if (!found) return null;
    const { nodes, groups, edges, ...rest } = found;
    return {
      ...rest,
      nodes: named(graph.nodes, nodes),
      groups: named(graph.groups, groups),
      edges: named(graph.edges, edges),
    };
  }

  keep(alike: string, graph: LayoutGraph, layout: Layout): void {
    this.#known.set(alike, {
      ...layout,
      nodes: graph.nodes.map(({ id }) => layout.nodes[id]),
      groups: graph.groups.map(({ id }) => layout.groups[id]),
      edges: graph.edges.map(({ id }) => layout.edges[id]),
    });
    const [oldest] = this.#known.keys();
    if (this.#known.size > this.#most && oldest !== undefined) this.#known.delete(oldest);
  }
}

/** A layout whose places are in the order of its graph's items. */
type Unnamed = {
  readonly [part in keyof Layout]: Layout[part] extends Record<string, infer Place>
    ? readonly (Place | undefined)[]
    : Layout[part];
};

function named<Place>(
  items: readonly { id: string }[],
  places: readonly (Place | undefined)[],
): Record<string, Place> {
  const found: Record<string, Place> = {};
  items.forEach(({ id }, i) => {
    const place = places[i];
    if (place !== undefined) found[id] = place;
  });
  return found;
}

/** All that a layout depends on; equal for graphs that differ in their ids alone. */
export function alikeness({ nodes, edges, groups }: LayoutGraph, options: LayoutOptions): string {
  const group = new Map(groups.map(({ id }, i) => [id, i]));
  const node = new Map(nodes.map(({ id }, i) => [id, i]));
  const inside = (id: string | null) => (id === null ? "" : group.get(id));
  return [
    `${options.direction} ${options.aspect}`,
    nodes.map((each) => `${each.width} ${each.height} ${inside(each.group)}`),
    groups.map(({ parent, titleWidth, titleHeight }) => `${inside(parent)} ${titleWidth} ${titleHeight}`),
    edges.map(({ source, target, slot, tracked }) =>
      [node.get(source), node.get(target), slot, tracked].join(" "),
    ),
  ].join("|");
}
