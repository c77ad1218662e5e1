import TOPICS from "virtual:lessons";
import { describe, expect, test } from "vitest";
import { answerOf, search } from "../src/core/lesson";
import { cells, lesson } from "../src/state/cells";
import { chooseLesson } from "../src/state/lessons";
import { cell, lesson as run } from "./golden";

const ids = TOPICS.flatMap((topic) => topic.lessons.map(({ id }) => id));

describe("the lessons", () => {
  test("are those that learners need: 28 mistakes and the models beyond them", () => {
    expect(ids.length).toBeGreaterThanOrEqual(46);
    expect(new Set(ids).size).toBe(ids.length);
  });

  // Pairs of runs open in two panes, which a browser test looks at.
  test.each(ids.filter((id) => !id.startsWith("pair:")))(
    "%s opens when it is chosen, in plain PyTorch",
    async (id) => {
      await chooseLesson(id);
      expect(lesson.value?.id).toBe(id);
      expect(cells.value[0]?.source.value).toContain("import torch");
      expect(lesson.value?.questions.length).toBeGreaterThan(0);
    },
  );

  test("are found by words of their title in either language", () => {
    const found = (query: string) =>
      search(TOPICS, query).flatMap(({ lessons }) => lessons.map(({ id }) => id));
    expect(found("backward TWICE")).toEqual(["backward-twice"]);
    expect(found("牛顿")).toEqual(["newton"]);
    expect(found("no such lesson")).toEqual([]);
    expect(found("")).toEqual(ids);
  });
});

test("a question is answered by the gradient that its cell brings", () => {
  const text = { en: "", zh: "" };
  const answer = answerOf(run, { text, tensor: "x", cell: cell(5) });
  expect(answer?.gradient.data).toEqual([0, 4, 8, 12]);
  expect(run.trace.events[answer?.event ?? -1]?.kind).toBe("accumulate");
  expect(answerOf(run, { text, tensor: "x", cell: cell(4) })).toBeNull();
});
