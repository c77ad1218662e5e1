/** The gallery's pairs: a lesson, and the same lesson with a change, both run and shown side by side. */
import { inLanguage, type Translated } from "../i18n/languages";
import PAIRS from "../lessons/pairs/contents.json";
import { openCells, title } from "./cells";
import { lessonOf } from "./lesson-files";
import { runOther } from "./other-run";
import { showPair } from "./pair";
import { startRun } from "./request";
import { run } from "./run";
import { isolation } from "./server";
import { language } from "./settings";

interface LessonPair {
  readonly id: string;
  readonly title: Translated;
  readonly lesson: string;
  /** So many of the lesson's cells are run. */
  readonly cells: number;
  readonly a: Translated;
  readonly b: Translated;
  /** What makes the run beside the lesson's own of it. */
  readonly edits: readonly { readonly cell: number; readonly from: string; readonly to: string }[];
}

/** Opens a pair; false where there is none of this name. */
export async function openPair(id: string, place: number | null = null): Promise<boolean> {
  const found = (PAIRS as readonly LessonPair[]).find((each) => each.id === id);
  const lesson = found && (await lessonOf(found.lesson));
  if (!lesson) return false;
  const cells = lesson.cells.slice(0, found.cells);
  const sources = cells.map(({ source }) => source.join("\n"));
  const changed = found.edits.reduce(
    (texts, { cell, from, to }) => texts.map((text, i) => (i === cell ? text.replace(from, to) : text)),
    sources,
  );
  openCells(
    inLanguage(found.title, language.value),
    cells.map(({ note }, i) => ({
      source: sources[i] ?? "",
      executionCount: null,
      note: note ? inLanguage(note, language.value) : "",
    })),
  );
  title.value = found.title;
  // Where nothing holds code in, nothing is run without being asked for.
  if (isolation.value === "none") return true;
  const [other] = await Promise.all([
    runOther(changed.map((source) => ({ source, execution_count: null }))),
    startRun(),
  ]);
  if (other && run.value)
    showPair({ a: { run: other, name: found.a }, b: { run: run.value, name: found.b }, id }, place);
  return true;
}
