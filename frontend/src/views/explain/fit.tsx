/** What does not fit, as a table: operands below each other, axis under axis, the odd ones marked. */
import type { JSX } from "preact";
import type { Fit } from "../../core/diagnosis/fit";
import { explanations } from "../../i18n/explain";
import { Filled } from "./said";
import "../../style/fit.css";

export function FitTable({ fit }: { fit: Fit }): JSX.Element {
  const { diagnosis: templates } = explanations.value;
  return (
    <div class="misfit-around">
      <table class="misfit mono" data-testid="misfit" aria-label={templates.misfit}>
        <tbody>
          {fit.rows.map(({ name, cells }, i) => (
            <tr key={i}>
              <th scope="row">
                <Filled hole={name} />
              </th>
              {cells.map((cell, axis) =>
                cell === null ? (
                  <td key={axis} />
                ) : (
                  <td key={axis} data-fit={cell.state}>
                    {cell.text}
                    {cell.state === "clash" ? (
                      <span class="misfit-sign" title={templates.misfitHere} />
                    ) : null}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
