/** The notebook being edited: an ordered list of cells, each with its own text. */
import { type Signal, signal } from "@preact/signals";
import type { Lesson } from "../core/lesson";
import { spliced } from "../core/lists";
import type { Translated } from "../i18n/languages";
import type { SourceCell } from "../notebook";

export interface EditedCell {
  /** Stable over moves, for the drawing. */
  readonly id: number;
  readonly source: Signal<string>;
  readonly executionCount: number | null;
  /** The words above the cell: a file's are in one language, a lesson's in each. */
  readonly note: string | Translated;
}

/** A lesson and the name of its file. */
export type OpenLesson = Lesson & { readonly id: string };

let nextId = 0;

function edited(source: string, executionCount: number | null, note: string | Translated): EditedCell {
  return { id: nextId++, source: signal(source), executionCount, note };
}

export const cells = signal<readonly EditedCell[]>([]);
/** What is open: a lesson, a file by its name, or (empty) something new. */
export const title = signal<string | Translated>("");
/** Goes up with each opening of something else. */
export const openings = signal(0);
/** The cell whose editor should take the focus once it is drawn. */
export const focusRequest = signal<number | null>(null);

let opening: Promise<unknown> = Promise.resolve();

/** Says that something is on its way to be opened: a lesson is fetched, a file is read. */
export function nowOpening<T>(coming: Promise<T>): Promise<T> {
  opening = coming.catch(() => undefined);
  return coming;
}

/** Settles when what was last asked for is open. Who presses Run before that means what they have asked for. */
export function opened(): Promise<unknown> {
  return opening;
}

/** The lesson that is open, with what to watch for and its questions; null for a file or something new. */
export const lesson = signal<OpenLesson | null>(null);

export function openLesson(chosen: OpenLesson): void {
  openings.value++;
  lesson.value = chosen;
  title.value = chosen.title;
  cells.value = chosen.cells.map((cell) =>
    edited(cell.source.join("\n"), cell.execution_count ?? null, cell.note ?? ""),
  );
}

export function openCells(name: string, sources: readonly SourceCell[]): void {
  openings.value++;
  lesson.value = null;
  title.value = name;
  cells.value = sources.map((cell) => edited(cell.source, cell.executionCount, cell.note));
}

/** A notebook of one empty cell, ready to be written in. */
export function openEmpty(): void {
  openings.value++;
  lesson.value = null;
  title.value = "";
  cells.value = [];
  addCell();
}

/** Puts a cell after the one given, or at the end. */
export function addCell(after?: EditedCell, source = ""): void {
  const at = after ? cells.value.indexOf(after) + 1 : cells.value.length;
  const added = edited(source, null, "");
  cells.value = spliced(cells.value, at, 0, added);
  focusRequest.value = added.id;
}

export function removeCell(cell: EditedCell): void {
  const rest = cells.value.filter((other) => other !== cell);
  cells.value = rest.length > 0 ? rest : [edited("", null, "")];
}

export function moveCell(cell: EditedCell, by: 1 | -1): void {
  const from = cells.value.indexOf(cell);
  const to = from + by;
  if (from < 0 || to < 0 || to >= cells.value.length) return;
  cells.value = spliced(spliced(cells.value, from, 1), to, 0, cell);
}

/** Puts several cells in the place of one: what pasting a text with cell markers does. */
export function replaceCell(cell: EditedCell, sources: readonly SourceCell[]): void {
  const at = cells.value.indexOf(cell);
  if (at < 0 || sources.length === 0) return;
  const added = sources.map((source) => edited(source.source, source.executionCount, source.note));
  cells.value = spliced(cells.value, at, 1, ...added);
}
