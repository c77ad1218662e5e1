/** Small helpers over lists whose indices the trace vouches for. */

/** The item at a position that must exist; a trace that breaks this is damaged. */
export function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no item ${index} of ${list.length}`);
  return item;
}

/** Appends to the list under a key, which begins empty. */
export function push<K, V>(lists: Map<K, V[]>, key: K, item: V): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

/** The list from its end to its beginning, as a new one. */
export const reversed = <T>(list: readonly T[]): T[] => [...list].reverse();

/** A copy in which some items at a position have given way to others. */
export function spliced<T>(list: readonly T[], at: number, gone: number, ...added: T[]): T[] {
  const copy = [...list];
  copy.splice(at, gone, ...added);
  return copy;
}

/** How many of the ascending numbers are less than `limit`. */
export function countBelow(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(ascending, middle) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
