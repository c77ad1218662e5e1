/** What the whole document wears: language, colours, size of text, title. */
import { words } from "../i18n";
import { language, textScale, theme } from "../state/settings";
import { systemDark } from "../state/system";

export function dress(): void {
  const root = document.documentElement;
  root.lang = language.value === "zh" ? "zh-CN" : language.value;
  const dark = theme.value === "dark" || (theme.value === "system" && systemDark.value);
  root.dataset.theme = dark ? "dark" : "light";
  root.style.setProperty("--text-scale", String(textScale.value));
  document.title = `Gradwalk · ${words.value.tagline}`;
}
