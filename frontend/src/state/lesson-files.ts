/** Where each lesson's file is: a chunk of its own, as is this list. The first lesson comes with the page. */
import type { Lesson } from "../core/lesson";

const FILES = import.meta.glob<Lesson>(["../lessons/*.json", "!../lessons/{autograd,contents}.json"], {
  import: "default",
});

export async function lessonOf(id: string): Promise<Lesson | null> {
  return (await FILES[`../lessons/${id}.json`]?.()) ?? null;
}
