/** What the whole document wears: language, colours, size of text, title. */
import { STANDALONE } from "../build";
import { words } from "../i18n";
import { inLanguage } from "../i18n/languages";
import { called, presenting } from "../state/screen";
import { language, textScale, theme } from "../state/settings";
import { systemDark } from "../state/system";

export function dress(): void {
  const root = document.documentElement;
  root.lang = language.value === "zh" ? "zh-CN" : language.value;
  const dark = theme.value === "dark" || (theme.value === "system" && systemDark.value);
  root.dataset.theme = dark ? "dark" : "light";
  // All sizes are in rem, so the + and - keys scale all of it; a screen of more pixels than a desk has shows it as large as one of
  // fewer, and a wall looks from the last row as any other.
  const width = `min(100vw, 100vh * 16 / 9) / ${presenting.value ? 120 : 160}`;
  root.style.fontSize = `calc(max(16px, ${width}) * ${textScale.value})`;
  const name = STANDALONE ? "" : inLanguage(called.value, language.value);
  document.title = name ? `${name} · Gradwalk` : `Gradwalk · ${words.value.tagline}`;
}
