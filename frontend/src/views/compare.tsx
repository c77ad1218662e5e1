/** The kept run beside the one on screen: every name in both, step by step, with what differs marked. */
import type { JSX } from "preact";
import { words } from "../i18n";
import { comparison } from "../state/compare";
import { kept, toggleKept } from "../state/kept";
import { run } from "../state/run";
import "../style/compare.css";

export function Compare(): JSX.Element | null {
  const t = words.value.compare;
  if (!kept.value) return null;
  const both = comparison.value;
  return (
    <section class="compare" data-testid="compare" aria-label={t.label}>
      <div class="side-head">
        <h2 class="eyebrow">{t.label}</h2>
        <button type="button" class="link" onClick={toggleKept}>
          {t.stop}
        </button>
      </div>
      {both === null ? (
        <p class="muted">{run.value === kept.value ? t.change : ""}</p>
      ) : (
        <>
          <table>
            <thead>
              <tr>
                <th scope="col">{t.name}</th>
                <th scope="col">{t.kept(both.step)}</th>
                <th scope="col">{t.now}</th>
              </tr>
            </thead>
            <tbody>
              {both.rows.map(({ name, kept: before, now }) => (
                <tr key={name} data-name={name} data-differs={before !== now}>
                  <th scope="row" class="mono">
                    {before === now ? "" : <span title={t.differs}>≠ </span>}
                    {name}
                  </th>
                  <td class="mono">{before ?? "–"}</td>
                  <td class="mono">{now ?? "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="compare-said">
            <b>{t.said}</b> {both.said}
          </p>
        </>
      )}
    </section>
  );
}
