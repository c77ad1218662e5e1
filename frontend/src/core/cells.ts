/** What the cells of a run go by. */

/** The parts of a cell that say what it goes by. */
export interface Named {
  readonly source: string;
  readonly execution_count: number | null;
}

const WRITES = /^%%(?:writefile|file)[ \t]+(?:(?:-a|--append)[ \t]+)?(["']?)(\S.*?)\1[ \t]*$/m;

/** The file that a cell writes, by the name that it gives it; null where it holds code. */
export function fileOf(source: string): string | null {
  return source.startsWith("%%") ? (WRITES.exec(source.split("\n", 1)[0] ?? "")?.[2] ?? null) : null;
}

/** A line of a cell, as who reads the cell, or the file that it writes, counts. */
export function lineIn(cells: readonly Named[], cell: number, line: number): number {
  return fileOf(cells[cell]?.source ?? "") === null ? line : line - 1;
}

/** A cell's file, or the number that a notebook shows: the one it came with, else it counts on from the cell before. */
export function cellName(cells: readonly Named[], index: number): string {
  const { source = "", execution_count: own = null } = cells[index] ?? {};
  const file = fileOf(source);
  if (file !== null) return file;
  let number = own;
  let back = index;
  while (number === null && back > 0) {
    back--;
    const before = cells[back]?.execution_count;
    if (before != null) number = before + index - back;
  }
  return String(number ?? index + 1);
}
