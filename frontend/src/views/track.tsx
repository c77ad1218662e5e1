/** The slider's picture: forward stretches blue, backward stretches orange, a tick where a cell begins. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { grouped } from "../core/format";
import type { Tick } from "../core/types";
import { coarseStretches } from "../graph/stretches";
import { words } from "../i18n";
import { count, position, timeline } from "../state/player";
import { nameOfCell } from "../state/run";
import { memo } from "./memo";

/** The step under the pointer, or that the focused slider stands at; null: nobody asks. */
export const asked = signal<number | null>(null);

/** What a place on the slider is: its step, and the cell, backward pass or error there. */
function Bubble(): JSX.Element | null {
  const line = timeline.value;
  const at = asked.value;
  const step = at === null ? undefined : line?.steps[Math.max(0, at - 1)];
  if (!line || !step || at === null) return null;
  const t = words.value.transport;
  const near = line.ticks.filter((tick) => Math.abs(placeOf(tick) - at) <= count.value / NEAR);
  const closest = near.sort((a, b) => Math.abs(placeOf(a) - at) - Math.abs(placeOf(b) - at));
  const marks = near.some(({ kind }) => kind === "error")
    ? closest.filter(({ kind }) => kind === "error")
    : closest;
  const inside = [
    step.cell === null ? "" : t.tick.cell(nameOfCell(step.cell)),
    step.backward === null ? "" : t.tick.backward(String(step.backward)),
  ];
  const said = marks[0] ? [tickTitle(marks[0].kind, marks[0].number)] : inside.filter(Boolean);
  return (
    <span
      class="bubble"
      style={{ left: `clamp(6rem, ${(100 * at) / Math.max(1, count.value)}%, 100% - 6rem)` }}
    >
      {words.value.seeing.bubble(t.counter(at, count.value), said.join(" · "))}
    </span>
  );
}

/** A mark is near within this part of the whole slider. */
const NEAR = 120;

/** An error is where its step ends; the others are where theirs begins. */
function placeOf({ kind, step }: Tick): number {
  return kind === "error" ? step + 1 : step;
}

/** Ticks so close that they would run into each other are drawn as one. */
function drawnTicks(ticks: readonly Tick[], total: number): Tick[] {
  const last = new Map<string, number>();
  return ticks.filter((tick) => {
    const before = last.get(tick.kind);
    const isApart = before === undefined || placeOf(tick) - before >= total / MOST_TICKS;
    if (isApart) last.set(tick.kind, placeOf(tick));
    return isApart || tick.kind === "error";
  });
}

const MOST_TICKS = 150;
const MOST_STRETCHES = 240;

export function Track(): JSX.Element {
  const line = timeline.value;
  const total = Math.max(count.value, 1);
  const bands = useMemo(() => coarseStretches(line?.steps ?? [], MOST_STRETCHES), [line]);
  const done = position.value;
  const ticks = useMemo(
    () =>
      drawnTicks(line?.ticks ?? [], total).map((tick) => (
        <span
          key={`${tick.kind}${tick.step}`}
          class={`tick tick-${tick.kind}`}
          style={{ left: percent(placeOf(tick) / total) }}
        />
      )),
    [line, total],
  );
  return (
    <div class="track" aria-hidden="true">
      <Stretches bands={bands} total={total} done={done} />
      {ticks}
      <Bubble />
    </div>
  );
}

/** The ways of the steps, as far as they are done; `done` and the ends are in steps. */
export function Stretches(props: {
  bands: ReturnType<typeof coarseStretches>;
  total: number;
  done: number;
}): JSX.Element {
  const { bands, total, done } = props;
  return (
    <div class="track-bar">
      {bands.map(({ direction, from, to }) => (
        <Stretch
          key={from}
          direction={direction}
          from={from / total}
          to={to / total}
          done={Math.max(0, Math.min(1, (done - from) / (to - from)))}
        />
      ))}
    </div>
  );
}

interface StretchProps {
  readonly direction: string;
  /** Parts of the whole slider. */
  readonly from: number;
  readonly to: number;
  /** The part of it that has been done. */
  readonly done: number;
}

/** Of hundreds of stretches a step changes one. */
const Stretch = memo(
  function Stretch({ direction, from, to, done }: StretchProps): JSX.Element {
    return (
      <span class={`stretch stretch-${direction}`} style={{ left: percent(from), width: percent(to - from) }}>
        <span class="stretch-done" style={{ width: percent(done) }} />
      </span>
    );
  },
  (a, b) => a.direction === b.direction && a.from === b.from && a.to === b.to && a.done === b.done,
);

const percent = (part: number) => `${100 * part}%`;

function tickTitle(kind: Tick["kind"], number: number): string {
  const t = words.value.transport.tick;
  if (kind === "error") return t.error;
  if (kind === "gap") return number ? t.gap(grouped(number)) : t.full;
  return kind === "backward" ? t.backward(String(number)) : t.cell(nameOfCell(number));
}
