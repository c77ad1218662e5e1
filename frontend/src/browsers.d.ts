/** What the oldest browsers that the page runs in (`oldest.ts`) have beyond the language of 2022. */
interface ReadonlyArray<T> {
  findLast<S extends T>(is: (item: T, index: number) => item is S): S | undefined;
  findLast(is: (item: T, index: number) => unknown): T | undefined;
  findLastIndex(is: (item: T, index: number) => unknown): number;
}
interface Array<T> {
  findLast<S extends T>(is: (item: T, index: number) => item is S): S | undefined;
  findLast(is: (item: T, index: number) => unknown): T | undefined;
  findLastIndex(is: (item: T, index: number) => unknown): number;
}
