/** The slider's picture: forward stretches blue, backward stretches orange, a tick where a cell begins. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Direction, Step } from "../core/types";
import { words } from "../i18n";
import { count, position, timeline } from "../state/player";
import { run } from "../state/run";

interface Stretch {
  readonly direction: Direction;
  readonly from: number;
  readonly to: number;
}

/** Neighbouring steps of one direction as one stretch, in step positions. */
export function stretches(steps: readonly Pick<Step, "direction">[]): Stretch[] {
  const found: { direction: Direction; from: number; to: number }[] = [];
  steps.forEach(({ direction }, index) => {
    const current = found.at(-1);
    if (current?.direction === direction) current.to = index + 1;
    else found.push({ direction, from: index, to: index + 1 });
  });
  return found;
}

export function Track(): JSX.Element {
  const line = timeline.value;
  const total = Math.max(count.value, 1);
  const bands = useMemo(() => stretches(line?.steps ?? []), [line]);
  const percent = (at: number) => `${(100 * at) / total}%`;
  const done = position.value;
  return (
    <div class="track" aria-hidden="true">
      <div class="track-bar">
        {bands.map(({ direction, from, to }) => (
          <span
            key={from}
            class={`stretch stretch-${direction}`}
            style={{ left: percent(from), width: percent(to - from) }}
          >
            <span
              class="stretch-done"
              style={{ width: `${100 * Math.max(0, Math.min(1, (done - from) / (to - from)))}%` }}
            />
          </span>
        ))}
      </div>
      {(line?.ticks ?? []).map((tick) => (
        <span
          key={`${tick.kind}${tick.step}`}
          class={`tick tick-${tick.kind}`}
          style={{ left: percent(tick.step) }}
          title={tickTitle(tick.kind, tick.number)}
        />
      ))}
    </div>
  );
}

function tickTitle(kind: "cell" | "backward" | "error", number: number): string {
  const t = words.value.transport.tick;
  if (kind === "error") return t.error;
  return kind === "backward" ? t.backward(String(number)) : t.cell(cellName(number));
}

/** A cell as the notebook numbers it, or by its place. */
export function cellName(index: number): string {
  return String(run.value?.trace.cells[index]?.execution_count ?? index + 1);
}
