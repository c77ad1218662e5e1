/** One bar that moves both runs: buttons, a slider with a mark at each difference, the way to the next of them. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { coarseDifferences, coarseStretches } from "../../graph/stretches";
import { words } from "../../i18n";
import { pairWords } from "../../i18n/pair";
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
import { GrainAndSpeed, Moves } from "../moves";
import { Stretches } from "../track";

export function Controls(): JSX.Element {
  const t = words.value.transport;
  const own = pairWords.value;
  const [at, total] = [place.value, count.value];
  return (
    <div class="transport-row pair-controls">
      <Moves
        testid="pair"
        isAtFirst={at <= 0}
        isAtLast={at >= total}
        playing={playing.value}
        acts={{ first, previous, togglePlay, next, last }}
      />
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
      <GrainAndSpeed />
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
      <Stretches bands={bands} total={total} done={done} />
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
