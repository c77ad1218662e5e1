/** `virtual:lessons`: the topics with their lessons' titles, read from the lessons themselves, so that the page can list
 * them all without loading any. */
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const NAME = "virtual:lessons";
const FOLDER = new URL("./src/lessons/", import.meta.url);

/** The topic of lessons that are two runs. */
const PAIRS = { id: "pairs", title: { en: "Two runs side by side", zh: "两次运行并排对比" } };

interface Topic {
  lessons: string[];
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`${file}.json`, FOLDER), "utf8"));
}

export function lessonContents(): Plugin {
  return {
    name: "gradwalk-lessons",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load(id) {
      if (id !== `\0${NAME}`) return null;
      const topics = (read("contents") as Topic[]).map((topic) => ({
        ...topic,
        lessons: topic.lessons.map((lesson) => ({
          id: lesson,
          title: (read(lesson) as { title: unknown }).title,
        })),
      }));
      const pairs = read("pairs/contents") as { id: string; title: unknown }[];
      topics.push({
        ...PAIRS,
        lessons: pairs.map(({ id, title }) => ({ id: `pair:${id}`, title })),
      });
      return `export default ${JSON.stringify(topics)}`;
    },
  };
}
