/** The bar that moves through the steps of a run. */
import { computed } from "@preact/signals";
import type { JSX } from "preact";
import { STANDALONE } from "../build";
import { words } from "../i18n";
import {
  count,
  first,
  goTo,
  last,
  next,
  playing,
  position,
  previous,
  step,
  togglePlay,
} from "../state/player";
import { GrainAndSpeed, Moves } from "./moves";
import { Sentence } from "./sentence";
import { asked, Track } from "./track";

/** The width of the slider's thumb, in pixels. */
const THUMB = 20;

const ACTS = { first, previous, togglePlay, next, last };

export function Transport(): JSX.Element {
  return (
    <section class="transport" data-testid="transport" aria-label={words.value.transport.label} id="steps">
      <Sentence />
      <div class="transport-row">
        <Buttons />
        <div class="slider">
          <Track />
          <Slider />
        </div>
        <Counter />
        <GrainAndSpeed />
      </div>
    </section>
  );
}

const isAtFirst = computed(() => position.value <= 0);
const isAtLast = computed(() => position.value >= count.value);

function Buttons(): JSX.Element {
  return (
    <Moves
      testid="step"
      isAtFirst={isAtFirst.value}
      isAtLast={isAtLast.value}
      playing={playing.value}
      acts={ACTS}
    />
  );
}

function Slider(): JSX.Element {
  const t = words.value.transport;
  const at = position.value;
  const total = count.value;
  return (
    <input
      type="range"
      data-testid="step-slider"
      data-direction={step.value?.direction ?? "forward"}
      aria-label={t.slider}
      aria-valuetext={t.counter(at, total)}
      min={0}
      max={Math.max(total, 1)}
      step={1}
      value={at}
      disabled={total === 0}
      onInput={(event) => {
        playing.value = false;
        goTo(event.currentTarget.valueAsNumber);
        if (event.currentTarget.matches(":hover, :focus-visible")) asked.value = position.value;
      }}
      onPointerMove={({ currentTarget, clientX }) => {
        const { left, width } = currentTarget.getBoundingClientRect();
        // The thumb's middle goes from half its width to half its width before the end.
        const part = (clientX - left - THUMB / 2) / Math.max(1, width - THUMB);
        asked.value = Math.round(Math.max(0, Math.min(1, part)) * total);
      }}
      onPointerLeave={() => {
        asked.value = null;
      }}
      onKeyUp={() => {
        asked.value = position.value;
      }}
      onFocus={({ currentTarget }) => {
        if (currentTarget.matches(":focus-visible")) asked.value = position.value;
      }}
      onBlur={() => {
        asked.value = null;
      }}
    />
  );
}

function Counter(): JSX.Element {
  const t = words.value.transport;
  const current = step.value;
  const stopped = !STANDALONE && current?.kind === "error";
  return (
    // The sentence is what is announced: an <output> would be read beside it.
    <div class="counter" data-direction={stopped ? "stopped" : (current?.direction ?? "forward")}>
      <span data-testid="step-counter">{t.counter(position.value, count.value)}</span>
      <span class="counter-direction">
        {stopped
          ? t.stopped
          : current
            ? current.backward === null
              ? t.forward
              : t.backward(current.backward)
            : " "}
      </span>
    </div>
  );
}
