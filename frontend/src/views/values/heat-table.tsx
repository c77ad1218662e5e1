/** A small matrix or vector as an aligned table on its heatmap. */
import type { JSX } from "preact";
import type { Numbers } from "../../core/values";
import { heatFill, scaleOf, shownAs } from "../../graph/heat";
import { Scale } from "./scale";

/** Pale enough to read the numbers on it. */
export const TINT = 0.4;

export function HeatTable({ table, numbers }: { table: string[][]; numbers: Numbers }): JSX.Element {
  const scale = scaleOf(numbers);
  const columns = table[0]?.length ?? 0;
  return (
    <div class="heat-table">
      <table class="matrix mono">
        <tbody>
          {table.map((row, i) => (
            <tr key={i}>
              {row.map((text, j) => {
                const tint = shownAs(numbers.data[i * columns + j] ?? null, scale);
                return (
                  <td
                    key={j}
                    data-odd={tint.odd ?? undefined}
                    style={tint.odd ? undefined : { background: heatFill(tint, TINT) }}
                  >
                    {text}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <Scale scale={scale} strength={TINT} />
    </div>
  );
}
