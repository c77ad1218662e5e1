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

/** What has been answered since the player came to this step; in another visit it is asked again. */
const answeredHere = signal<{ position: number; events: readonly number[] }>({ position: -1, events: [] });

/** What the next step would give away; null where that is nothing. */
export const pending = computed<Prediction | null>(() => {
  const next = timeline.value?.steps[position.value];
  if (!next) return null;
  const done = answeredHere.value.position === position.value ? answeredHere.value.events : [];
  const isNext = ({ event, tells }: Prediction) =>
    tells >= next.from && tells < next.to && !done.includes(event);
  return all.value.find(isNext) ?? null;
});

const answers = signal<ReadonlyMap<number, Verdict>>(new Map());

/** How the prediction went that the present step has answered, or the step that gives it away if there is one before. */
export const verdict = computed<Verdict | null>(() => {
  const current = step.value;
  if (!current || !revealing.value) return null;
  const inside = (event: number) => event >= current.from && event < current.to;
  const given = [...answers.value.values()];
  return (
    given.find(({ prediction }) => inside(prediction.event)) ??
    given.find(({ prediction }) => inside(prediction.tells)) ??
    null
  );
});

function answer(prediction: Prediction, said: string, right: boolean): void {
  const { event } = prediction;
  const here = position.peek();
  const { position: there, events } = answeredHere.peek();
  answers.value = new Map(answers.value).set(event, { prediction, said, right });
  answeredHere.value = { position: here, events: there === here ? [...events, event] : [event] };
  if (!pending.peek()) stepOn();
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

effect(() => {
  if (answeredHere.peek().position !== position.value) answeredHere.value = { position: -1, events: [] };
});

// Playing stops where there is something to predict.
effect(() => {
  if (pending.value && !answers.peek().has(pending.value.event)) playing.value = false;
});
