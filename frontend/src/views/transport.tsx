/** The bar that moves through the steps: buttons, slider, counter, grain and speed. */
import type { JSX } from "preact";
import { words } from "../i18n";
import { Icon, type IconName } from "../icons";
import { SPEEDS } from "../keys";
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
import { GRAINS, type Grain, grain, speed } from "../state/settings";
import { Sentence } from "./sentence";
import { asked, Track } from "./track";

/** The width of the slider's thumb, in pixels. */
const THUMB = 20;

export function Transport(): JSX.Element {
  const t = words.value.transport;
  const at = position.value;
  const total = count.value;
  const none = total === 0;
  return (
    <section class="transport" data-testid="transport" aria-label={t.label} id="steps">
      <Sentence />
      <div class="transport-row">
        <div class="transport-buttons">
          <StepButton id="first" icon="first" name={t.first} act={first} off={at <= 0} />
          <StepButton id="prev" icon="previous" name={t.previous} act={previous} off={at <= 0} />
          <StepButton
            id="play"
            icon={playing.value ? "pause" : "play"}
            name={playing.value ? t.pause : t.play}
            act={togglePlay}
            off={none}
            strong
          />
          <StepButton id="next" icon="stepOn" name={t.next} act={next} off={at >= total} />
          <StepButton id="last" icon="last" name={t.last} act={last} off={at >= total} />
        </div>
        <div class="slider">
          <Track />
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
            disabled={none}
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
        </div>
        <Counter />
        <Choice
          label={t.grain}
          value={grain.value}
          options={GRAINS.map((each) => [each, t.grains[each]])}
          choose={(value) => {
            grain.value = value as Grain;
          }}
        />
        <Choice
          label={t.speed}
          value={String(speed.value)}
          options={SPEEDS.map((each) => [String(each), t.speeds(each)])}
          choose={(value) => {
            speed.value = Number(value);
          }}
        />
      </div>
    </section>
  );
}

function Counter(): JSX.Element {
  const t = words.value.transport;
  const current = step.value;
  return (
    // The sentence is what is announced: an <output> would be read beside it.
    <div class="counter" data-direction={current?.direction ?? "forward"}>
      <span data-testid="step-counter">{t.counter(position.value, count.value)}</span>
      <span class="counter-direction">
        {current ? (current.backward === null ? t.forward : t.backward(current.backward)) : " "}
      </span>
    </div>
  );
}

function StepButton(props: {
  id: string;
  icon: IconName;
  name: string;
  act: () => void;
  off: boolean;
  strong?: boolean;
}): JSX.Element {
  return (
    <button
      type="button"
      class={props.strong ? "button step strong" : "button step"}
      data-testid={`step-${props.id}`}
      aria-label={props.name}
      title={props.name}
      disabled={props.off}
      onClick={props.act}
    >
      <Icon name={props.icon} />
    </button>
  );
}

function Choice(props: {
  label: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  choose: (value: string) => void;
}): JSX.Element {
  return (
    <span class="select-box">
      <select
        class="select"
        aria-label={props.label}
        title={props.label}
        value={props.value}
        onChange={(event) => props.choose(event.currentTarget.value)}
      >
        {props.options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      <Icon name="chevron" size={14} />
    </span>
  );
}
