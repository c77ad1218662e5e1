/** A run is kept: how to come to two, and the way to see both side by side. */
import type { JSX } from "preact";
import { words } from "../i18n";
import { inLanguage } from "../i18n/languages";
import { kept, keptElsewhere, showKept, toggleKept } from "../state/kept";
import { run } from "../state/run";
import { language } from "../state/settings";
import "../style/compare.css";

export function Compare(): JSX.Element | null {
  const t = words.value.compare;
  if (!kept.value) return null;
  const elsewhere = keptElsewhere.value;
  return (
    <section class="compare" data-testid="kept" aria-label={t.label}>
      {elsewhere === null ? null : (
        <p>{t.of(inLanguage(elsewhere, language.value) || words.value.cells.untitled)}</p>
      )}
      {run.value === kept.value ? (
        elsewhere === null && <p>{t.change}</p>
      ) : (
        <button type="button" class="button primary" data-testid="side-by-side" onClick={showKept}>
          {t.open}
        </button>
      )}
      <button type="button" class="link" onClick={toggleKept}>
        {t.stop}
      </button>
    </section>
  );
}
