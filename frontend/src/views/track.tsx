/** The slider's picture: forward stretches blue, backward stretches orange, a tick where a cell begins. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { grouped } from "../core/format";
import type { Tick } from "../core/types";
import { stretches } from "../graph/stretches";
import { words } from "../i18n";
import { count, position, timeline } from "../state/player";
import { run } from "../state/run";

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
          // An error is where its step ends; the others are where theirs begins.
          style={{ left: percent(tick.kind === "error" ? tick.step + 1 : tick.step) }}
          title={tickTitle(tick.kind, tick.number)}
        />
      ))}
    </div>
  );
}

function tickTitle(kind: Tick["kind"], number: number): string {
  const t = words.value.transport.tick;
  if (kind === "error") return t.error;
  if (kind === "gap") return t.gap(grouped(number));
  return kind === "backward" ? t.backward(String(number)) : t.cell(cellName(number));
}

/** A cell as the notebook numbers it, or by its place. */
export function cellName(index: number): string {
  return String(run.value?.trace.cells[index]?.execution_count ?? index + 1);
}
