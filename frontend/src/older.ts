/** What browsers of 2022 lack of what the page uses: the array methods that give a copy. */

const COPYING = {
  toReversed<T>(this: readonly T[]): T[] {
    return [...this].reverse();
  },
  toSorted<T>(this: readonly T[], compare?: (a: T, b: T) => number): T[] {
    return [...this].sort(compare);
  },
  toSpliced<T>(this: readonly T[], ...change: [start: number, count: number, ...items: T[]]): T[] {
    const copy = [...this];
    copy.splice(...change);
    return copy;
  },
  with<T>(this: readonly T[], index: number, value: T): T[] {
    const copy = [...this];
    const at = index < 0 ? index + copy.length : index;
    if (!(at in copy)) throw new RangeError();
    copy[at] = value;
    return copy;
  },
};

for (const [name, value] of Object.entries(COPYING))
  if (!(name in [])) Object.defineProperty(Array.prototype, name, { value, configurable: true });
