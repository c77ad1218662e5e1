/** A large tensor at a glance: heatmap with its scale, histogram, statistics. */
import type { JSX } from "preact";
import { formatScalar, grouped } from "../../core/format";
import { type Statistics, statisticsOf } from "../../core/statistics";
import type { Numbers } from "../../core/values";
import { heatOf, heatPaths } from "../../graph/heat";
import { words } from "../../i18n";
import { Scale } from "./scale";

const ROWS = 24;
const COLUMNS = 32;

export function Picture({ numbers }: { numbers: Numbers }): JSX.Element {
  const t = words.value.inspector;
  const heat = heatOf(numbers, ROWS, COLUMNS);
  const found = statisticsOf(numbers);
  return (
    <figure class="picture" data-testid="value-picture">
      <svg
        class="picture-heat"
        viewBox={`0 0 ${heat.columns} ${heat.rows}`}
        preserveAspectRatio="none"
        style={{ height: `min(${Math.min(9, Math.max(1.5, heat.rows * 0.6))}rem, 12vh)` }}
        role="img"
        aria-label={found.min === null ? "NaN" : t.heat(say(found.min), say(found.max))}
      >
        {heatPaths(heat).map(({ fill, path }) => (
          <path key={fill} d={path} style={{ fill }} />
        ))}
        {heat.cells.map(({ row, column, odd }) =>
          odd ? <path key={`${row},${column}`} class="picture-odd" d={crossAt(column, row)} /> : null,
        )}
      </svg>
      <Scale scale={heat.scale} />
      <HistogramPlot found={found} />
      <Facts found={found} />
    </figure>
  );
}

/** Not by colour alone: what is no number is crossed out. */
function crossAt(x: number, y: number): string {
  return `M${x + 0.2} ${y + 0.2}l.6 .6M${x + 0.8} ${y + 0.2}l-.6 .6`;
}

function HistogramPlot({ found }: { found: Statistics }): JSX.Element | null {
  const { histogram } = found;
  if (!histogram) return null;
  const { low, high, counts } = histogram;
  const most = Math.max(1, ...counts);
  const zero = low < 0 && high > 0 ? -low / (high - low) : null;
  return (
    <div class="histogram-plot">
      <svg
        class="histogram"
        viewBox={`0 0 ${counts.length} 10`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words.value.seeing.histogram(say(low), say(high))}
      >
        {counts.map((count, bin) => {
          const tall = count === 0 ? 0 : Math.max(0.4, (10 * count) / most);
          return <rect key={bin} x={bin + 0.06} y={10 - tall} width={0.88} height={tall} />;
        })}
        {zero === null ? null : (
          <path
            class="histogram-zero"
            d={`M${zero * counts.length} 0V10`}
            vector-effect="non-scaling-stroke"
          />
        )}
      </svg>
      <span class="histogram-ends mono" aria-hidden="true">
        <span>{say(low)}</span>
        <span>{say(high)}</span>
      </span>
    </div>
  );
}

function Facts({ found }: { found: Statistics }): JSX.Element {
  const t = words.value.seeing.statistics;
  const counts = (["nan", "infinite", "zeros"] as const).filter((key) => (found[key] ?? 0) > 0);
  return (
    <dl class="statistics">
      {(["min", "mean", "max", "norm"] as const).map((key) => (
        <div key={key}>
          <dt>{t[key]}</dt>
          <dd class="mono">{say(found[key])}</dd>
        </div>
      ))}
      {counts.map((key) => (
        <div key={key}>
          <dt>{t[key]}</dt>
          <dd class="mono">{grouped(found[key] ?? 0)}</dd>
        </div>
      ))}
    </dl>
  );
}

function say(number: number | null): string {
  return number === null ? "–" : formatScalar(Number(number.toPrecision(5)));
}
