/** What is marked in a player that shows one of two runs. */
import { computed, signal } from "@preact/signals";
import { MarksAt, NO_MARKS, type RunMarks } from "../core/pair/marks";
import { beside } from "./beside";

export const runMarks = signal<RunMarks>(NO_MARKS);

const cursor = computed(() => new MarksAt(runMarks.value));

/** The row that is on view. */
export const row = computed(() => beside.value?.row ?? 0);

/** The marks at the row on view: asked for by what is marked, within what depends on the row. */
export function marksNow(): MarksAt {
  return cursor.value.goTo(row.value);
}
