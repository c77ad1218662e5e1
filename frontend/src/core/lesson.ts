/** What a lesson is: cells in plain PyTorch, what to watch for, and questions to ask before the step that answers them. */

import { at } from "./lists";
import type { Run } from "./run";
import { type Numbers, numbersOf } from "./values";

/** A text in each of the page's languages. */
interface Text {
  readonly en: string;
  readonly zh: string;
  readonly [language: string]: string;
}

export interface LessonCell {
  readonly source: readonly string[];
  readonly execution_count?: number;
  readonly note?: Text;
}

/** Asked before the step that answers it. With `choices`, `right` is the position of the right one; without, the answer is
 * the gradient that the variable `tensor` gets in `cell`, to be typed or its sign picked. */
export interface Question {
  readonly text: Text;
  readonly tensor: string;
  readonly cell: number;
  readonly choices?: readonly Text[];
  readonly right?: number;
}

export interface Lesson {
  readonly title: Text;
  readonly watch: Text;
  readonly credit?: Text;
  readonly cells: readonly LessonCell[];
  readonly questions: readonly Question[];
}

/** A topic of the contents, with its lessons' titles. */
export interface Topic {
  readonly id: string;
  readonly title: Text;
  readonly lessons: readonly { readonly id: string; readonly title: Text }[];
}

/** The event that gives the answer: the last that brings the tensor a gradient in the question's cell; null if the run has
 * none, as where the answer is that there is an error. */
export function answerOf(run: Run, question: Question): { event: number; gradient: Numbers } | null {
  let cell: number | null = null;
  let answer: { event: number; gradient: Numbers } | null = null;
  run.trace.events.forEach((event, index) => {
    if (event.kind === "cell_begin") cell = event.cell;
    if ((event.kind !== "accumulate" && event.kind !== "capture") || cell !== question.cell) return;
    if (!at(run.trace.tensors, event.tensor).names.includes(question.tensor)) return;
    const gradient =
      event.kind === "accumulate"
        ? numbersOf(run.trace, event.result, event.grad)
        : numbersOf(run.trace, event.contribution);
    answer = { event: index, gradient };
  });
  return answer;
}

/** A lesson's questions, each with the event that answers it, and the gradient if that is to be typed. */
export function questionsAt(
  run: Run,
  { questions }: Lesson,
): { event: number; question: Question; gradient: Numbers | null }[] {
  return questions.flatMap((question) => {
    const answer = answerOf(run, question);
    const event = answer?.event ?? endOf(run, question.cell);
    if (event === null || (!answer && !question.choices)) return [];
    return { event, question, gradient: question.choices ? null : (answer?.gradient ?? null) };
  });
}

/** The event that ends a cell, with an error or without; null if it was not run. */
function endOf(run: Run, cell: number): number | null {
  let inside = false;
  for (const [index, event] of run.trace.events.entries()) {
    if (event.kind === "cell_begin") inside = event.cell === cell;
    if (inside && (event.kind === "error" || event.kind === "cell_end")) return index;
  }
  return null;
}

/** The lessons of which every word of the query is in the title, in one language or another; topics without any go. */
export function search(topics: readonly Topic[], query: string): Topic[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (topic: Topic, title: Text) => {
    const text = [topic.title.en, topic.title.zh, title.en, title.zh].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return topics
    .map((topic) => ({ ...topic, lessons: topic.lessons.filter(({ title }) => fits(topic, title)) }))
    .filter(({ lessons }) => lessons.length > 0);
}
