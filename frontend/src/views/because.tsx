/** Why a VJP gives what it gives, in words that only some ops need: they are fetched with the first of these. */
import type { JSX } from "preact";
import { reasonText } from "../core/reasons";
import { run } from "../state/run";
import { language } from "../state/settings";

export function Because({ node }: { node: number }): JSX.Element | null {
  const text = run.value ? reasonText(run.value, node, language.value) : "";
  if (!text) return null;
  return (
    <>
      {language.value === "zh" ? "" : " "}
      <span class="because">{text}</span>
    </>
  );
}
