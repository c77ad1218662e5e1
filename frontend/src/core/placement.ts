/** What is in focus, and in which scopes each card stands: leaves beside what uses them. */

import { boxPath } from "./boxes";
import { type FullGraph, fullGraph } from "./cards";
import { homeOf } from "./components";
import { at, push } from "./lists";
import type { Run } from "./run";
import type { Card, GraphEdge } from "./types";

export interface Placement {
  focus: ReadonlySet<number>;
  shown: Card[];
  edges: GraphEdge[];
  paths: Map<string, readonly number[]>;
}

const placements = new WeakMap<Run, Placement>();

/** Kept for the focus asked for last: most steps only fold and unfold. */
export function placement(run: Run, focus: ReadonlySet<number>): Placement {
  const known = placements.get(run);
  if (known && known.focus.size === focus.size && [...focus].every((part) => known.focus.has(part)))
    return known;
  const full = fullGraph(run);
  const shown = cardsInFocus(run, full, focus);
  const ids = new Set(shown.map(({ id }) => id));
  const edges = full.edges.filter(({ source, target }) => ids.has(source) && ids.has(target));
  const made = { focus: new Set(focus), shown, edges, paths: placeCards(run, full, shown) };
  placements.set(run, made);
  return made;
}

/** The cards of the components in focus and the leaves they borrow, in program order. */
function cardsInFocus(run: Run, full: FullGraph, focus: ReadonlySet<number>): Card[] {
  const ids = new Set(full.cards.filter(({ id }) => focus.has(homeOf(run, id))).map(({ id }) => id));
  const own = new Set(ids);
  for (const { source, target } of full.edges) if (own.has(target)) ids.add(source);
  return full.cards.filter(({ id }) => ids.has(id));
}

/** The scopes around each card, outermost first. A leaf goes to the innermost scope that holds all its consumers. */
function placeCards(run: Run, full: FullGraph, shown: Card[]): Map<string, readonly number[]> {
  const made = new Map(shown.map(({ id }) => [id, boxPath(run, full.scopeOf.get(id) ?? null)]));
  const consumers = new Map<string, (readonly number[])[]>();
  for (const { source, target } of full.edges) {
    const path = made.get(target);
    if (path) push(consumers, source, path);
  }
  const placed = new Map(made);
  for (const { id, kind } of shown) {
    const used = consumers.get(id);
    if (kind === "gradient" && used) placed.set(id, commonScopes(used));
    else if (kind === "leaf" && used) placed.set(id, localise(run, used, made.get(id) ?? []));
  }
  return placed;
}

const HELD_OUT = new Set(["iteration", "backward"]);

type Paths = readonly (readonly number[])[];

/** Where all consumers are; but a leaf made before a loop stays out of its iterations, and out of what a backward pass recorded. */
function localise(run: Run, consumers: Paths, own: readonly number[]): readonly number[] {
  const common = commonScopes(consumers);
  const foreign = common.findIndex(
    (scope) => HELD_OUT.has(at(run.trace.scopes, scope).kind) && !own.includes(scope),
  );
  return foreign < 0 ? common : common.slice(0, foreign);
}

function commonScopes([first = [], ...rest]: Paths): readonly number[] {
  return rest.reduce((common, path) => {
    const differs = common.findIndex((scope, i) => path[i] !== scope);
    return differs < 0 ? common : common.slice(0, differs);
  }, first);
}
