/** Which scope of one run is which of another: by kind, name and number, within scopes that are the same. */

import { push } from "../lists";
import type { Run } from "../run";
import { align, type Names } from "./align";

/** Scopes of `b` by scopes of `a`. */
export function scopesBetween(a: Run, b: Run): Map<number, number> {
  const pairs = new Map<number, number>();
  const [inA, inB] = [childrenOf(a), childrenOf(b)];
  const waiting: [number | null, number | null][] = [[null, null]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [own, others] = [inA.get(next[0]) ?? [], inB.get(next[1]) ?? []];
    for (const row of align(namesOf(a, own), namesOf(b, others))) {
      const [scope, twin] = [own[row.a ?? -1], others[row.b ?? -1]];
      if (scope === undefined || twin === undefined) continue;
      pairs.set(scope, twin);
      waiting.push([scope, twin]);
    }
  }
  return pairs;
}

function childrenOf(run: Run): Map<number | null, number[]> {
  const children = new Map<number | null, number[]>();
  for (const [scope, { parent }] of run.trace.scopes.entries()) push(children, parent, scope);
  return children;
}

/** An iteration is known by its number; a loop whose header was changed by being a loop. */
function namesOf(run: Run, scopes: readonly number[]): Names[] {
  return scopes.map((scope) => {
    const { kind, label = "", index = null } = run.trace.scopes[scope] ?? {};
    return kind === "iteration" ? [`${index}`] : [`${kind} ${label}`, `${kind}`];
  });
}
