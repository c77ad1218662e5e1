/** The kept run and the one on screen, step by step. */
import { computed } from "@preact/signals";
import { align, type Row, rowsOf } from "../core/compare";
import { narrate, sentenceParts } from "../core/narrate";
import { buildTimeline } from "../core/timeline";
import { kept } from "./kept";
import { eventsDone, position, timeline } from "./player";
import { run } from "./run";
import { grain, language } from "./settings";

const keptTimeline = computed(() => (kept.value ? buildTimeline(kept.value.trace, grain.value) : null));

const alignment = computed(() =>
  kept.value && keptTimeline.value && run.value && timeline.value && kept.value !== run.value
    ? align(kept.value, keptTimeline.value.steps, run.value, timeline.value.steps)
    : null,
);

export interface Comparison {
  readonly rows: readonly Row[];
  /** What the kept run said at its own step. */
  readonly said: string;
  readonly step: number;
}

/** What both runs hold at the present step; null while there is only one run. */
export const comparison = computed<Comparison | null>(() => {
  const now = run.value;
  const steps = keptTimeline.value?.steps;
  if (!kept.value || !now || !alignment.value || !steps) return null;
  const index = position.value === 0 ? 0 : (alignment.value[position.value - 1] ?? 0);
  const step = steps[index - 1];
  return {
    rows: rowsOf(kept.value, step?.to ?? 0, now, eventsDone.value),
    said: step
      ? sentenceParts(narrate(kept.value, step), language.value)
          .map(({ text }) => text)
          .join("")
      : "",
    step: index,
  };
});
