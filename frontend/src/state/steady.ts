/** Derived lists that stay the same object while their items are the same: who reads them is not drawn anew. */
import { computed, type ReadonlySignal } from "@preact/signals";

/* @__NO_SIDE_EFFECTS__ */
export function steadyList<T>(compute: () => readonly T[]): ReadonlySignal<readonly T[]> {
  let last: readonly T[] = [];
  return computed(() => {
    const now = compute();
    if (now.length !== last.length || now.some((item, i) => item !== last[i])) last = now;
    return last;
  });
}
