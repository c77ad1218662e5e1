/** One bar that moves both runs: buttons, a slider with a mark at each difference, the way to the next of them. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { coarseDifferences, coarseStretches } from "../../graph/stretches";
import { words } from "../../i18n";
import { pairWords } from "../../i18n/pair";
import { Icon, type IconName } from "../../icons";
import { SPEEDS } from "../../keys";
import {
  count,
  differenceFrom,
  differing,
  directions,
  first,
  goTo,
  last,
  next,
  place,
  playing,
  previous,
  toDifference,
  togglePlay,
} from "../../state/paired";
import { GRAINS, grain, speed } from "../../state/settings";

export function Controls(): JSX.Element {
  const t = words.value.transport;
  const own = pairWords.value;
  const [at, total] = [place.value, count.value];
  return (
    <div class="transport-row pair-controls">
      <div class="transport-buttons">
        <Move id="first" icon="first" name={t.first} act={first} off={at <= 0} />
        <Move id="prev" icon="previous" name={t.previous} act={previous} off={at <= 0} />
        <Move
          id="play"
          icon={playing.value ? "pause" : "play"}
          name={playing.value ? t.pause : t.play}
          act={togglePlay}
          off={total === 0}
          strong
        />
        <Move id="next" icon="stepOn" name={t.next} act={next} off={at >= total} />
        <Move id="last" icon="last" name={t.last} act={last} off={at >= total} />
      </div>
      <div class="slider">
        <Marks />
        <input
          type="range"
          data-testid="pair-slider"
          data-direction={directions.value[at - 1]?.direction ?? "forward"}
          aria-label={own.slider}
          aria-valuetext={t.counter(at, total)}
          min={0}
          max={Math.max(total, 1)}
          step={1}
          value={at}
          onInput={(event) => {
            playing.value = false;
            goTo(event.currentTarget.valueAsNumber);
          }}
        />
      </div>
      <span class="counter" data-testid="pair-counter">
        {t.counter(at, total)}
      </span>
      <div class="transport-buttons">
        <Jump towards={-1} name={own.previousDifference} testid="difference-prev" />
        <Jump towards={1} name={own.nextDifference} testid="difference-next" />
      </div>
      <span class="select-box">
        <select
          class="select"
          aria-label={t.grain}
          value={grain.value}
          onChange={({ currentTarget }) => {
            grain.value = GRAINS.find((each) => each === currentTarget.value) ?? grain.value;
          }}
        >
          {GRAINS.map((each) => (
            <option key={each} value={each}>
              {t.grains[each]}
            </option>
          ))}
        </select>
        <Icon name="chevron" size={14} />
      </span>
      <span class="select-box">
        <select
          class="select"
          aria-label={t.speed}
          value={String(speed.value)}
          onChange={({ currentTarget }) => {
            speed.value = Number(currentTarget.value);
          }}
        >
          {SPEEDS.map((each) => (
            <option key={each} value={String(each)}>
              {t.speeds(each)}
            </option>
          ))}
        </select>
        <Icon name="chevron" size={14} />
      </span>
    </div>
  );
}

/** So many marks can be told apart on a slider. */
const MOST = 160;

function Marks(): JSX.Element {
  const found = differing.value;
  const marks = useMemo(() => coarseDifferences(found, MOST), [found]);
  const ways = directions.value;
  const bands = useMemo(() => coarseStretches(ways, MOST), [ways]);
  const total = Math.max(found.length, 1);
  const done = place.value;
  return (
    <div class="track" aria-hidden="true">
      <div class="track-bar">
        {bands.map(({ direction, from, to }) => (
          <span
            key={from}
            class={`stretch stretch-${direction}`}
            style={{ left: `${(100 * from) / total}%`, width: `${(100 * (to - from)) / total}%` }}
          >
            <span
              class="stretch-done"
              style={{ width: `${100 * Math.max(0, Math.min(1, (done - from) / (to - from)))}%` }}
            />
          </span>
        ))}
      </div>
      {marks.map(({ at, kind }) => (
        <span key={at} class={`pair-tick pair-tick-${kind}`} style={{ left: `${(100 * at) / total}%` }} />
      ))}
    </div>
  );
}

function Jump(props: { towards: 1 | -1; name: string; testid: string }): JSX.Element {
  const { towards, name, testid } = props;
  return (
    <button
      type="button"
      class="button pair-jump"
      data-testid={testid}
      aria-label={name}
      title={name}
      disabled={differenceFrom(towards) === null}
      onClick={() => toDifference(towards)}
    >
      {towards < 0 ? "‹ ≠" : "≠ ›"}
    </button>
  );
}

function Move(props: {
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
      data-testid={`pair-${props.id}`}
      aria-label={props.name}
      title={props.name}
      disabled={props.off}
      onClick={props.act}
    >
      <Icon name={props.icon} />
    </button>
  );
}
