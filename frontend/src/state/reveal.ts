/** Reveal mode: before a step shows a gradient, the class predicts it. */
import { computed, effect, signal } from "@preact/signals";
import { hasSign, isRight, type Prediction, predictions, type Sign } from "../core/predict";
import { lesson } from "./cells";
import { playing, position, step, next as stepOn, timeline } from "./player";
import { generation, run } from "./run";
import { revealing } from "./screen";

export interface Verdict {
  readonly prediction: Prediction;
  readonly said: string;
  readonly right: boolean;
}

const all = computed(() => (run.value && revealing.value ? predictions(run.value, lesson.value) : []));

/** What the next step will answer; null where it answers nothing. */
export const pending = computed<Prediction | null>(() => {
  const next = timeline.value?.steps[position.value];
  if (!next) return null;
  return all.value.find(({ event }) => event >= next.from && event < next.to) ?? null;
});

const answers = signal<ReadonlyMap<number, Verdict>>(new Map());

/** How the prediction went that the present step has answered. */
export const verdict = computed<Verdict | null>(() => {
  const current = step.value;
  if (!current || !revealing.value) return null;
  for (let event = current.from; event < current.to; event++) {
    const given = answers.value.get(event);
    if (given) return given;
  }
  return null;
});

function answer(prediction: Prediction, said: string, right: boolean): void {
  answers.value = new Map(answers.value).set(prediction.event, { prediction, said, right });
  stepOn();
}

export function guessNumbers(prediction: Prediction, said: string, numbers: readonly number[]): void {
  answer(prediction, said, prediction.gradient !== null && isRight(numbers, prediction.gradient));
}

export function guessSign(prediction: Prediction, sign: Sign): void {
  answer(prediction, sign, prediction.gradient !== null && hasSign(sign, prediction.gradient));
}

export function choose(prediction: Prediction, choice: number, said: string): void {
  answer(prediction, said, choice === prediction.question?.right);
}

effect(() => {
  generation.value;
  answers.value = new Map();
});

// Playing stops where there is something to predict.
effect(() => {
  if (pending.value && !answers.peek().has(pending.value.event)) playing.value = false;
});
