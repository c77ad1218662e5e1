/** The lessons: their titles at once, each lesson itself when it is chosen. */

import topics from "virtual:lessons";
import { signal } from "@preact/signals";
import type { Lesson } from "../core/lesson";
import { words } from "../i18n";
import { FIRST, openLesson } from "./cells";
import { notice } from "./screen";

export const TOPICS = topics;
/** The lesson that is loading, by its id. */
export const loadingLesson = signal<string | null>(null);

/** Vite makes a chunk of each. The first, which opens with the page, is in it. */
const FILES = import.meta.glob<Lesson>(["../lessons/*.json", "!../lessons/{autograd,contents}.json"], {
  import: "default",
});

/** Opens a lesson by its id; says so where it cannot be had. */
export async function chooseLesson(id: string): Promise<void> {
  loadingLesson.value = id;
  notice.value = null;
  try {
    const load = FILES[`../lessons/${id}.json`];
    const lesson = id === FIRST.id ? FIRST : load ? await load() : null;
    // Another may have been chosen in the meantime.
    if (loadingLesson.value !== id) return;
    if (lesson) openLesson({ ...lesson, id });
  } catch {
    if (loadingLesson.value === id) notice.value = words.value.lessons.unreachable;
  } finally {
    if (loadingLesson.value === id) loadingLesson.value = null;
  }
}
