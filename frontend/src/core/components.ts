/**
 * The graphs of a notebook: the connected parts, in program order. A leaf such as `x` does not connect what it feeds, or
 * all of a lesson would be one graph; a call or a loop holds together what is in it.
 */

import { type FullGraph, fullGraph } from "./cards";
import { at, push } from "./lists";
import type { Run } from "./run";
import type { Step } from "./types";

/** A script of one cell with no more cards than this is one picture, connected or not. */
const SMALL_SCRIPT = 40;

export interface Component {
  /** Ids of its own cards; leaves it only borrows are not among them. */
  cards: string[];
  /** The cells it was made in, ascending. */
  cells: number[];
}

interface Partition {
  components: Component[];
  /** The component each card belongs to. */
  home: Map<string, number>;
}

const partitions = new WeakMap<Run, Partition>();

export function components(run: Run): Component[] {
  return partition(run).components;
}

export function homeOf(run: Run, card: string): number {
  return partition(run).home.get(card) ?? 0;
}

/** The components a step is about: those of its ops or of its backward pass, else those of the nearest before it. */
export function focusOf(run: Run, step: Step): Set<number> {
  const { cardOfOp, cardsOfTensor } = fullGraph(run);
  const focus = new Set<number>();
  const addOp = (op: number | null): void => {
    const card = op === null ? undefined : cardOfOp.get(op);
    if (card !== undefined) focus.add(homeOf(run, card));
  };
  const addTensor = (tensor: number | null): void => {
    const card = tensor === null ? undefined : cardsOfTensor.get(tensor)?.at(-1);
    if (card !== undefined) focus.add(homeOf(run, card));
  };
  const end = step.backward === null ? step.to : at(run.backwards, step.backward - 1) + 1;
  const begin = step.backward === null ? step.from : end - 1;
  for (let i = end - 1; i >= 0 && (i >= begin || focus.size === 0); i--) {
    const event = at(run.trace.events, i);
    if (event.kind === "op") addOp(event.op);
    else if (event.kind === "bind") addTensor(event.tensor);
    else if (event.kind === "backward_begin") event.roots.forEach(addTensor);
    // What a failed call was given: traces of older versions do not tell.
    else if (event.kind === "error") run.trace.outcome.error?.operands?.forEach(addTensor);
  }
  // Before the first op there is only what is to come.
  return focus.size ? focus : new Set(components(run).length ? [0] : []);
}

function partition(run: Run): Partition {
  const known = partitions.get(run);
  if (known) return known;
  const made = connect(run, fullGraph(run));
  partitions.set(run, made);
  return made;
}

function connect(run: Run, graph: FullGraph): Partition {
  const sets = new DisjointSets(graph.cards.map(({ id }) => id));
  const isSource = (id: string): boolean => {
    const kind = graph.byId.get(id)?.kind;
    return kind === "leaf" || kind === "gradient";
  };

  for (const { source, target } of graph.edges) if (!isSource(source)) sets.union(source, target);

  const together = new Map<string, string[]>();
  const cells = new Map<number, string[]>();
  for (const { id, cell } of graph.cards) {
    if (isSource(id)) continue;
    const [outermost] = run.scopePath(graph.scopeOf.get(id) ?? null);
    if (outermost !== undefined) push(together, `scope ${outermost}`, id);
    if (cell !== null) push(cells, cell, id);
  }
  const isScript = run.trace.cells.length === 1 && graph.cards.length <= SMALL_SCRIPT;
  if (isScript) for (const [cell, ids] of cells) together.set(`cell ${cell}`, ids);
  for (const ids of together.values()) for (const id of ids) sets.union(at(ids, 0), id);

  // A leaf is at home with its first consumer; unused, with the rest of its cell.
  const housed = new Set<string>();
  for (const { source, target } of graph.edges) {
    if (isSource(source) && !housed.has(source)) {
      housed.add(source);
      sets.union(source, target);
    }
  }
  for (const { id, cell } of graph.cards) {
    const mate = cell === null ? undefined : cells.get(cell)?.[0];
    if (isSource(id) && !housed.has(id) && mate !== undefined) sets.union(id, mate);
  }

  const number = new Map<string, number>();
  const parts: Component[] = [];
  const home = new Map<string, number>();
  for (const { id, cell } of graph.cards) {
    const root = sets.find(id);
    const part = number.get(root) ?? parts.push({ cards: [], cells: [] }) - 1;
    number.set(root, part);
    home.set(id, part);
    const component = at(parts, part);
    component.cards.push(id);
    if (cell !== null && !component.cells.includes(cell)) component.cells.push(cell);
  }
  for (const { cells } of parts) cells.sort((a, b) => a - b);
  return { components: parts, home };
}

/** Union-find with path halving. */
class DisjointSets {
  private readonly parent: Map<string, string>;

  constructor(items: string[]) {
    this.parent = new Map(items.map((item) => [item, item]));
  }

  find(item: string): string {
    let root = item;
    while (this.up(root) !== root) {
      this.parent.set(root, this.up(this.up(root)));
      root = this.up(root);
    }
    return root;
  }

  union(a: string, b: string): void {
    this.parent.set(this.find(b), this.find(a));
  }

  private up(item: string): string {
    return this.parent.get(item) ?? item;
  }
}
