/** A loop at a glance: go to any of its iterations, and see how each value evolves over them. */
import { computed } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { formatScalar } from "../core/format";
import { iterationsIn } from "../core/opening";
import type { Run } from "../core/run";
import { type LoopSeries, loopSeries, type Series } from "../core/series";
import { words } from "../i18n";
import { Icon, type IconName } from "../icons";
import { goToIteration, here, isOpenedHere, loopOnView, showLoop } from "../state/loop";
import { pointedAt } from "../state/pointed";
import { run } from "../state/run";
import { useCorner } from "./in-corner";
import { chosen, framed, LoopFrames } from "./loop-frames";
import "../style/loop.css";

const evolving = computed<LoopSeries | null>(() =>
  run.value && loopOnView.value !== null ? loopSeries(run.value, loopOnView.value) : null,
);

export function Loop(): JSX.Element | null {
  return run.value && loopOnView.value !== null ? <Panel of={run.value} loop={loopOnView.value} /> : null;
}

function Panel({ of, loop }: { of: Run; loop: number }): JSX.Element {
  const t = words.value.seeing;
  const box = useRef<HTMLElement>(null);
  const corner = useCorner(box, ["bottom-left", "top-left", "top-right"], pointedAt.value);
  useEffect(() => {
    if (isOpenedHere) box.current?.querySelector("input")?.focus();
  }, [loop]);
  const iterations = iterationsIn(of, loop);
  const position = here.value?.loop === loop ? here.value.position : null;
  const label = of.trace.scopes[loop]?.label ?? "";
  const shown = framed(evolving.value?.series ?? []);
  const close = () => {
    showLoop(null);
    document.querySelector<SVGElement>(`[data-loop="${loop}"]`)?.focus();
  };
  return (
    <section
      ref={box}
      class="loop-panel"
      role="dialog"
      data-testid="loop"
      data-corner={corner}
      aria-label={`${t.loop}: ${label}`}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close();
      }}
    >
      <div class="loop-head">
        <code>{label}</code>
        <button type="button" class="tool" aria-label={t.close} title={t.close} onClick={close}>
          <Icon name="close" size={16} />
        </button>
      </div>
      <div class="loop-tools">
        <Move icon="first" name={t.firstIteration} to={0} iterations={iterations} />
        <Move icon="previous" name={t.previousIteration} to={(position ?? 0) - 1} iterations={iterations} />
        <label>
          {t.iteration}{" "}
          <input
            type="number"
            min={1}
            max={iterations.length}
            value={position === null ? "" : position + 1}
            onChange={({ currentTarget }) => goToIteration(iterations, currentTarget.valueAsNumber - 1)}
          />{" "}
          {t.of(iterations.length)}
        </label>
        <Move icon="stepOn" name={t.nextIteration} to={(position ?? -1) + 1} iterations={iterations} />
        <Move icon="last" name={t.lastIteration} to={iterations.length - 1} iterations={iterations} />
      </div>
      <ul class="multiples">
        {evolving.value?.series.map((series) => (
          <Multiple
            key={series.name}
            series={series}
            sampled={evolving.value?.sampled ?? []}
            position={position}
            isShown={series.name.replace(/\.grad$/, "") === shown}
            go={(at) => goToIteration(iterations, at)}
          />
        ))}
      </ul>
      {shown === null ? null : <LoopFrames run={of} loop={loop} name={shown} position={position} />}
    </section>
  );
}

function Move(props: {
  icon: IconName;
  name: string;
  to: number;
  iterations: readonly number[];
}): JSX.Element {
  const { icon, name, to, iterations } = props;
  return (
    <button
      type="button"
      class="tool"
      aria-label={name}
      title={name}
      disabled={to < 0 || to >= iterations.length}
      onClick={() => goToIteration(iterations, to)}
    >
      <Icon name={icon} size={16} />
    </button>
  );
}

const WIDTH = 180;
const HEIGHT = 34;

/** One value over the iterations; a click goes to the iteration under the pointer. */
function Multiple(props: {
  series: Series;
  sampled: readonly number[];
  position: number | null;
  /** Whether its pictures are on view below. */
  isShown: boolean;
  go: (position: number) => void;
}): JSX.Element {
  const { series, sampled, position, go } = props;
  const finite = series.lines
    .flat()
    .filter((value): value is number => value !== null && Number.isFinite(value));
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const x = (index: number) => 3 + ((WIDTH - 6) * index) / Math.max(1, sampled.length - 1);
  const y = (value: number) =>
    high > low ? HEIGHT - 3 - ((HEIGHT - 6) * (value - low)) / (high - low) : HEIGHT / 2;
  const now = position === null ? -1 : nearest(sampled, position);
  const t = words.value.seeing;
  const range = finite.length ? t.evolves(series.name, formatScalar(low), formatScalar(high)) : series.name;
  return (
    <li class="multiple" data-gradient={series.gradient}>
      <button
        type="button"
        class="multiple-name mono"
        aria-pressed={props.isShown}
        title={t.framesOf(series.name.replace(/\.grad$/, ""))}
        onClick={() => {
          chosen.value = series.name.replace(/\.grad$/, "");
        }}
      >
        {series.shows === "norm" ? `‖${series.name}‖` : series.name}
      </button>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field and the buttons above go everywhere by keyboard */}
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={range}
        onClick={({ currentTarget, clientX }) => {
          const frame = currentTarget.getBoundingClientRect();
          const at = Math.round(((clientX - frame.left) / frame.width) * (sampled.length - 1));
          go(sampled[Math.max(0, Math.min(sampled.length - 1, at))] ?? 0);
        }}
      >
        {now < 0 ? null : <path class="multiple-now" d={`M${x(now)} 0V${HEIGHT}`} />}
        {series.lines.map((line, index) => (
          <path key={index} class="multiple-line" data-line={index} d={pathOf(line, x, y)} />
        ))}
        {now < 0
          ? null
          : series.lines.map((line, index) => {
              const value = line[now] ?? null;
              return value === null || !Number.isFinite(value) ? null : (
                <circle key={index} cx={x(now)} cy={y(value)} r={3} />
              );
            })}
      </svg>
      <span class="multiple-value mono">
        {now < 0 ? "" : series.lines.map((line) => formatScalar(line[now] ?? null)).join(", ")}
      </span>
    </li>
  );
}

/** A gap where a number is missing or not finite. */
function pathOf(
  line: readonly (number | null)[],
  x: (i: number) => number,
  y: (v: number) => number,
): string {
  let open = false;
  return line
    .map((value, index) => {
      const isDrawn = value !== null && Number.isFinite(value);
      const part = isDrawn ? `${open ? "L" : "M"}${x(index).toFixed(1)} ${y(value).toFixed(1)}` : "";
      open = isDrawn;
      return part;
    })
    .join("");
}

function nearest(sampled: readonly number[], position: number): number {
  return sampled.reduce(
    (best, at, index) => (Math.abs(at - position) < Math.abs((sampled[best] ?? 0) - position) ? index : best),
    0,
  );
}
