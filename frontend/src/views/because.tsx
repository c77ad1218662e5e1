/** Why a VJP gives what it gives, in words that only some ops need: they are fetched with the first of these. */
import type { JSX } from "preact";
import { reasonText } from "../core/reasons";
import { REASONS_EN } from "../core/reasons/sentences.en";
import { REASONS_ZH } from "../core/reasons/sentences.zh";
import type { Run } from "../core/run";
import { later } from "../i18n";
import { language } from "../state/settings";

export function Because({ run, node }: { run: Run; node: number }): JSX.Element | null {
  const own = language.value === "zh" ? REASONS_ZH : REASONS_EN;
  const text = reasonText(run, node, later.value.reasons ?? own);
  if (!text) return null;
  return (
    <>
      {language.value === "zh" ? "" : " "}
      <span class="because">{text}</span>
    </>
  );
}
