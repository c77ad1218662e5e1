/** The buttons of the top bar that say how the page looks: presented, in another language, in other colours; and the help. */
import type { JSX } from "preact";
import { words } from "../i18n";
import { LANGUAGES, nameOf } from "../i18n/languages";
import { Icon, type IconName } from "../icons";
import { helpOpen, presenting } from "../state/screen";
import { language, THEMES, type Theme, theme } from "../state/settings";

const THEME_ICONS: Record<Theme, IconName> = { system: "system", light: "sun", dark: "moon" };

export function PresentButton(): JSX.Element {
  const t = words.value.header;
  return (
    <button
      type="button"
      class="button wide-only"
      title={t.presentHint}
      onClick={() => {
        presenting.value = true;
      }}
    >
      <Icon name="present" size={18} /> <span class="button-text">{t.present}</span>
    </button>
  );
}

export function HelpButton(): JSX.Element {
  const t = words.value.header;
  return (
    <button
      type="button"
      class="button quiet square wide-only"
      title={t.help}
      aria-label={t.help}
      onClick={() => {
        helpOpen.value = true;
      }}
    >
      <Icon name="help" size={18} />
    </button>
  );
}

export function LanguageButton(): JSX.Element | null {
  const at = LANGUAGES.indexOf(language.value);
  const other = LANGUAGES[(at + 1) % LANGUAGES.length] ?? "en";
  if (other === language.value) return null;
  return (
    <button
      type="button"
      class="button quiet"
      data-testid="language"
      lang={other === "zh" ? "zh-CN" : other}
      title={words.value.header.language}
      onClick={() => {
        language.value = other;
      }}
    >
      {nameOf(other)}
    </button>
  );
}

export function ThemeButton(): JSX.Element {
  const t = words.value.header;
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "system";
  const label = `${t.theme}: ${t.themes[theme.value]}`;
  return (
    <button
      type="button"
      class="button quiet square"
      data-testid="theme"
      title={label}
      aria-label={label}
      onClick={() => {
        theme.value = next;
      }}
    >
      <Icon name={THEME_ICONS[theme.value]} size={18} />
    </button>
  );
}
