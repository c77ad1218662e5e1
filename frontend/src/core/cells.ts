/** What the cells of a run go by. */

/** The parts of a cell that say what it goes by. */
export interface Named {
  readonly source: string;
  readonly execution_count: number | null;
}

const WRITES = /^%%(?:write)?file[ \t]+(?:(?:-a|--append)[ \t]+)?(["']?)(\S.*?)\1[ \t]*(?:\n|$)/;

/** The file that a cell writes, by the name that it gives it; null where it holds code. */
export const fileOf = (source: string): string | null => WRITES.exec(source)?.[2] ?? null;

/** A line of a cell, as who reads the cell, or the file that it writes, counts. */
export const lineIn = (cells: readonly Named[], cell: number, line: number): number =>
  WRITES.test(cells[cell]?.source ?? "") ? line - 1 : line;

/** The number that a notebook shows: the one that a cell came with, else it counts on from the cell before. */
const numberOf = (cells: readonly Named[], index: number): number =>
  index < 0 ? 0 : (cells[index]?.execution_count ?? numberOf(cells, index - 1) + 1);

/** A cell's file, or its number. */
export const cellName = (cells: readonly Named[], index: number): string =>
  fileOf(cells[index]?.source ?? "") ?? `${numberOf(cells, index)}`;
