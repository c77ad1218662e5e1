/** The lessons: their titles when the list is opened, each lesson itself when it is chosen. */

import { signal } from "@preact/signals";
import { words } from "../i18n";
import { nowOpening, openLesson } from "./cells";
import { FIRST } from "./first-lesson";
import { notice } from "./screen";

type Topics = typeof import("virtual:lessons")["default"];

/** Empty until they are there. */
export const topics = signal<Topics>([]);

export async function fetchTopics(): Promise<void> {
  if (topics.peek().length > 0) return;
  try {
    topics.value = (await import("virtual:lessons")).default;
  } catch {
    notice.value = words.value.lessons.unreachable;
  }
}

/** What the ids of pairs of runs begin with, among those of lessons. */
const PAIR = "pair:";

/** The lesson that is loading, by its id. */
const loadingLesson = signal<string | null>(null);

/** Opens a lesson by its id; says so where it cannot be had, and is false then. */
export async function chooseLesson(id: string): Promise<boolean> {
  if (!id.startsWith(PAIR)) return nowOpening(fetchLesson(id));
  await openPair(id.slice(PAIR.length));
  return true;
}

async function openPair(id: string): Promise<void> {
  notice.value = null;
  try {
    await (await import("./pairs")).openPair(id);
  } catch {
    notice.value = words.value.lessons.unreachable;
  }
}

async function fetchLesson(id: string): Promise<boolean> {
  loadingLesson.value = id;
  notice.value = null;
  try {
    const lesson = id === FIRST.id ? FIRST : await (await import("./lesson-files")).lessonOf(id);
    // Another may have been chosen in the meantime.
    if (loadingLesson.value !== id) return false;
    if (lesson) openLesson({ ...lesson, id });
    else notice.value = words.value.lessons.unknown(id);
    return Boolean(lesson);
  } catch {
    if (loadingLesson.value === id) notice.value = words.value.lessons.unreachable;
    return false;
  } finally {
    if (loadingLesson.value === id) loadingLesson.value = null;
  }
}
