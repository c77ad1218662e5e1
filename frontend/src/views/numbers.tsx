/** Numbers in full where there are few, as a picture with statistics where there are many. */
import type { JSX } from "preact";
import { formatNumbers, formatScalar, formatTable } from "../core/format";
import type { Numbers as NumbersData } from "../core/values";
import { heatColour, heatOf } from "../graph/heat";
import { words } from "../i18n";

const MAX_LINE = 8;
const MAX_ROWS = 8;
const MAX_COLUMNS = 8;
const HEAT_ROWS = 24;
const HEAT_COLUMNS = 32;

export function Numbers(props: { numbers: NumbersData; gradient?: boolean; sign?: boolean }): JSX.Element {
  const { numbers } = props;
  const size = numbers.shape.reduce((product, length) => product * length, 1);
  const cls = props.gradient ? "numbers mono gradient" : "numbers mono";
  if (numbers.shape.length < 2 && size <= MAX_LINE) {
    return (
      <p class={cls}>
        {props.sign ? "+ " : ""}
        {formatNumbers(numbers, MAX_LINE)}
      </p>
    );
  }
  const table = numbers.shape.length === 2 && size > 0 ? formatTable(numbers, MAX_ROWS, MAX_COLUMNS) : null;
  return table ? <Matrix table={table} numbers={numbers} /> : <Picture numbers={numbers} size={size} />;
}

function Matrix({ table, numbers }: { table: string[][]; numbers: NumbersData }): JSX.Element {
  const heat = heatOf(numbers, table.length, table[0]?.length ?? 0);
  const weightAt = (i: number, j: number) => heat.cells[i * heat.columns + j]?.weight ?? null;
  return (
    <table class="matrix mono">
      <tbody>
        {table.map((row, i) => (
          <tr key={i}>
            {row.map((text, j) => {
              const weight = weightAt(i, j);
              return (
                <td
                  key={j}
                  style={{ background: weight === null ? "var(--bad-soft)" : heatColour(weight * 0.45) }}
                >
                  {text}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Picture({ numbers, size }: { numbers: NumbersData; size: number }): JSX.Element {
  const t = words.value.inspector;
  const heat = heatOf(numbers, HEAT_ROWS, HEAT_COLUMNS);
  const known = numbers.data.map((value) => Number(value ?? Number.NaN));
  const finite = known.filter(Number.isFinite);
  const say = (value: number) => formatScalar(value);
  const least = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const mean = finite.reduce((a, b) => a + b, 0) / Math.max(finite.length, 1);
  return (
    <figure class="picture">
      <svg
        viewBox={`0 0 ${heat.columns} ${heat.rows}`}
        preserveAspectRatio="none"
        style={{ height: `${Math.min(9, Math.max(1.5, heat.rows * 0.6))}rem` }}
        role="img"
        aria-label={finite.length ? t.heat(say(least), say(most)) : ""}
      >
        {heat.cells.map(({ row, column, weight }) => (
          <rect
            key={`${row},${column}`}
            x={column}
            y={row}
            width={1}
            height={1}
            style={{ fill: weight === null ? "var(--bad)" : heatColour(weight) }}
          />
        ))}
      </svg>
      <figcaption class="mono">
        {finite.length === 0
          ? ""
          : `${t.statistics.min} ${say(least)} · ${t.statistics.mean} ${say(mean)} · ${t.statistics.max} ${say(most)}`}
        {numbers.truncated ? <span class="muted"> {t.elements(numbers.data.length, size)}</span> : null}
      </figcaption>
    </figure>
  );
}
