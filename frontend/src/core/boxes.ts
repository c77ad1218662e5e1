/** Which scopes are boxes in the picture, and how many cards each holds. */

import { fullGraph } from "./cards";
import { at } from "./lists";
import type { Run } from "./run";

interface Boxes {
  sizes: Map<number, number>;
  paths: Map<number, readonly number[]>;
}

const boxes = new WeakMap<Run, Boxes>();

/** How many cards a scope holds, inner scopes included. */
export function sizeOf(run: Run, scope: number): number {
  return boxesOf(run).sizes.get(scope) ?? 0;
}

/** The scopes around a place that are worth a box, outermost first. */
export function boxPath(run: Run, scope: number | null): readonly number[] {
  if (scope === null) return [];
  const { paths } = boxesOf(run);
  const known = paths.get(scope);
  if (known) return known;
  const path = run.scopePath(scope).filter((around) => isBox(run, around));
  paths.set(scope, path);
  return path;
}

/** A module or VJP of one op is that op's card; the `forward` of a module is the module. */
function isBox(run: Run, scope: number): boolean {
  const { kind, parent, label } = at(run.trace.scopes, scope);
  if (kind === "module" || kind === "vjp") return sizeOf(run, scope) > 1;
  const caller = parent === null ? null : at(run.trace.scopes, parent).kind;
  return !(kind === "function" && caller === "module" && label.startsWith("forward("));
}

function boxesOf(run: Run): Boxes {
  const known = boxes.get(run);
  if (known) return known;
  const made: Boxes = { sizes: new Map(), paths: new Map() };
  for (const scope of fullGraph(run).scopeOf.values())
    for (const around of run.scopePath(scope)) made.sizes.set(around, (made.sizes.get(around) ?? 0) + 1);
  boxes.set(run, made);
  return made;
}
