/** What a class can be asked to predict: the gradients that the run is about to show, and a lesson's own questions. */

import { type Lesson, type Question, questionsAt } from "./lesson";
import { at } from "./lists";
import type { Run } from "./run";
import { count, type Numbers, numbersOf } from "./values";

/** Larger gradients nobody predicts in the head. */
const MOST = 6;
/** A prediction with three right digits is right. */
const LEEWAY = 2e-3;

export interface Prediction {
  /** The event that brings the answer. */
  readonly event: number;
  /** The first event that gives it away: the last VJP that sends something there. What is asked is asked before. */
  readonly tells: number;
  /** The variable whose gradient is asked. */
  readonly tensor: string;
  /** The lesson's question; null for 'what will x.grad be?'. */
  readonly question: Question | null;
  /** The answer; null where one of the question's choices is. */
  readonly gradient: Numbers | null;
}

/** In the order in which they are asked. A lesson's question takes the place of the plain one about the same step. */
export function predictions(run: Run, lesson: Lesson | null): Prediction[] {
  const asked = new Map<number, Prediction>();
  run.trace.events.forEach((event, index) => {
    if (event.kind !== "accumulate") return;
    const tensor = run.namesUntil(event.tensor, index)[0];
    const gradient = numbersOf(run.trace, event.result, event.grad);
    if (tensor === undefined || gradient.parts || count(gradient.shape) > MOST) return;
    asked.set(index, { event: index, tells: tellsOf(run, index), tensor, question: null, gradient });
  });
  for (const own of lesson ? questionsAt(run, lesson) : [])
    asked.set(own.event, { ...own, tells: tellsOf(run, own.event), tensor: own.question.tensor });
  return [...asked.values()].sort((a, b) => a.tells - b.tells || a.event - b.event);
}

/** Which event says what the one at `index` will add: where a leaf's last contribution comes from, its sum can be read. */
function tellsOf(run: Run, index: number): number {
  const { events, nodes } = run.trace;
  const added = at(events, index);
  if (added.kind !== "accumulate") return index;
  for (let before = index - 1; before >= 0; before--) {
    const event = at(events, before);
    if (event.kind === "backward_begin") break;
    if (event.kind !== "vjp") continue;
    if (at(nodes, event.node).next_functions.some(([next]) => next === added.node)) return before;
  }
  return index;
}

export type Sign = "+" | "0" | "−";

/** The numbers in what was typed: `[0, 4, 8, 12]`, `0 4 8 12`, `1e-3`; null if there is anything else in it. */
export function numbersIn(text: string): number[] | null {
  const parts = text
    .replaceAll("−", "-")
    .split(/[\s,;[\]()]+/)
    .filter(Boolean);
  const numbers = parts.map((part) => Number(part.replace(/^([-+]?)inf$/i, "$1Infinity")));
  const isReadable = parts.every((part, i) => !Number.isNaN(at(numbers, i)) || part.toLowerCase() === "nan");
  return parts.length && isReadable ? numbers : null;
}

/** Whether typed numbers are the gradient; one number stands for a whole gradient of it. */
export function isRight(numbers: readonly number[], gradient: Numbers): boolean {
  const data = gradient.data.map(Number);
  if (numbers.length !== data.length && numbers.length !== 1) return false;
  return data.every((value, i) => isNear(numbers[numbers.length === 1 ? 0 : i] ?? Number.NaN, value));
}

function isNear(guess: number, value: number): boolean {
  if (Number.isNaN(value)) return Number.isNaN(guess);
  return guess === value || Math.abs(guess - value) <= LEEWAY * Math.abs(value) + 1e-9;
}

/** Whether all of a gradient has a sign. */
export function hasSign(sign: Sign, gradient: Numbers): boolean {
  return gradient.data.every((value) => {
    const number = Number(value);
    return sign === "0" ? number === 0 : sign === "+" ? number > 0 : number < 0;
  });
}
