/**
 * The boxes around cards: a call, an iteration, a branch, a module, an optimizer step, a
 * recorded backward pass and the VJPs in it. A loop has none, its iterations follow each other.
 */

import { boxPath } from "./boxes";
import { at } from "./lists";
import { nameOf } from "./naming";
import { iterationsIn } from "./opening";
import { outcomeOf } from "./outcomes";
import type { Run } from "./run";
import type { Card, Group } from "./types";

/** The box that a path of scopes ends in. */
export function groupOf(run: Run, path: readonly number[]): string | null {
  const scope = path.findLast((candidate) => at(run.trace.scopes, candidate).kind !== "loop");
  return scope === undefined ? null : `s${scope}`;
}

/** The boxes that hold a drawn card, outer before inner. */
export function groupsOf(run: Run, drawn: Card[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { group } of drawn) {
    if (group === null) continue;
    const path = boxPath(run, Number(group.slice(1)));
    path.forEach((scope, depth) => {
      const { kind, index, parent } = at(run.trace.scopes, scope);
      if (kind === "loop" || groups.has(`s${scope}`)) return;
      const loop = kind === "iteration" ? parent : null;
      groups.set(`s${scope}`, {
        id: `s${scope}`,
        parent: groupOf(run, path.slice(0, depth)),
        scope,
        loop,
        kind,
        node: at(run.trace.scopes, scope).node,
        label: loop === null ? labelOf(run, scope) : at(run.trace.scopes, loop).label,
        index,
        iterations: loop === null ? null : iterationsIn(run, loop).length,
        outcome: outcomeOf(run, scope),
      });
    });
  }
  return [...groups.values()];
}

/** What the code itself calls is named as the code calls it: `net(x) · Sequential`, `y.backward(create_graph=True)`. */
export function labelOf(run: Run, scope: number): string {
  const { kind, label, parent, span, node } = at(run.trace.scopes, scope);
  const isCalledByCode = parent === null || at(run.trace.scopes, parent).kind !== "module";
  const made = node === null ? null : run.tensorOfNode(node);
  if (made !== null) return `${label} (${nameOf(run, made, run.trace.events.length)})`;
  if (kind === "backward") return run.source(span);
  const isWork = kind === "module" || kind === "optimizer";
  return isWork && isCalledByCode ? `${run.source(span)} · ${label.replace(/^.*: /, "")}` : label;
}
