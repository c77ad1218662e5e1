/** One value and its gradient as small pictures, an iteration each; a click goes to the iteration. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { formatBriefly } from "../core/format";
import { loopFrames, thinned } from "../core/loop-frames";
import { iterationsIn } from "../core/opening";
import type { Run } from "../core/run";
import type { LoopSeries } from "../core/series";
import { count, type Numbers } from "../core/values";
import { heatOf, heatPaths, scaleOf } from "../graph/heat";
import { words } from "../i18n";
import { inspected } from "../state/inspected";
import { goToIteration } from "../state/loop";
import { Scale } from "./values/scale";
import "../style/loop-frames.css";

const CELLS = 12;

/** The value that a person chose; else that of the card on view. */
export const chosen = signal<string | null>(null);

/** Of what evolves, what is shown in pictures. */
export function framed(series: LoopSeries["series"]): string | null {
  const names = series.map(({ name }) => name.replace(/\.grad$/, ""));
  const card = inspected.value;
  const onView = card?.state.name || card?.card.name || "";
  return (
    [chosen.value, onView.replace(/\.grad$/, ""), names[0]].find((name) => name && names.includes(name)) ??
    null
  );
}

export function LoopFrames(props: {
  run: Run;
  loop: number;
  name: string;
  position: number | null;
}): JSX.Element | null {
  const { run, loop, name, position } = props;
  const t = words.value.seeing;
  const iterations = iterationsIn(run, loop);
  const positions = thinned(iterations.length, position);
  // Looked up once for the same iterations, however often the step changes.
  const frames = useMemo(() => loopFrames(run, loop, name, positions), [run, loop, name, positions.join()]);
  const scales = (["value", "gradient"] as const).map((kind) =>
    Math.max(0, ...frames.map((frame) => (frame[kind] ? scaleOf(frame[kind]) : 0))),
  );
  const isLarge = frames.some(({ value }) => value !== null && count(value.shape) > 1);
  return (
    <section class="frames" data-testid="loop-frames" aria-label={t.framesOf(name)}>
      <h2 class="eyebrow plain">{t.framesOf(name)}</h2>
      <ol>
        {frames.map((frame) => (
          <li key={frame.position}>
            <button
              type="button"
              class="frame"
              data-iteration={frame.position + 1}
              aria-current={frame.position === position ? "step" : undefined}
              onClick={() => goToIteration(iterations, frame.position)}
            >
              <span class="frame-number">{frame.position + 1}</span>
              <Small numbers={frame.value} scale={scales[0] ?? 0} />
              <Small numbers={frame.gradient} scale={scales[1] ?? 0} gradient />
            </button>
          </li>
        ))}
      </ol>
      {isLarge ? (
        <p class="frame-scales mono">
          {scales.map((scale, i) =>
            scale ? (
              <span key={i}>
                {i ? `${name}.grad` : name} <Scale scale={scale} />
              </span>
            ) : null,
          )}
        </p>
      ) : null}
    </section>
  );
}

/** A number, or the numbers as colours on the scale of all frames; the numbers themselves by pointing at them. */
function Small(props: { numbers: Numbers | null; scale: number; gradient?: boolean }): JSX.Element | null {
  const { numbers, scale, gradient } = props;
  if (!numbers) return null;
  const text = formatBriefly(numbers);
  if (count(numbers.shape) === 1) {
    return (
      <span class="frame-text mono" data-gradient={gradient}>
        {text}
      </span>
    );
  }
  const heat = heatOf(numbers, CELLS, CELLS, scale);
  return (
    <svg
      class="frame-heat"
      data-gradient={gradient}
      viewBox={`0 0 ${heat.columns} ${heat.rows}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={text}
    >
      <title>{text}</title>
      {heatPaths(heat).map(({ fill, path }) => (
        <path key={fill} d={path} style={{ fill }} />
      ))}
      {heat.cells.map(({ row, column, odd }) =>
        odd ? (
          <path
            key={`${row},${column}`}
            class="picture-odd"
            d={`M${column + 0.2} ${row + 0.2}l.6 .6M${column + 0.8} ${row + 0.2}l-.6 .6`}
          />
        ) : null,
      )}
    </svg>
  );
}
