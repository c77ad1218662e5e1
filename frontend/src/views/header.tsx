/** The top bar: what is open, what can be opened, how the page looks, and Run. */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { openFile } from "../files";
import { words } from "../i18n";
import { LANGUAGE_NAMES, LANGUAGES } from "../i18n/languages";
import { Icon, type IconName, Logo } from "../icons";
import { title } from "../state/cells";
import { isRunning, startRun, stopRun } from "../state/run";
import { helpOpen, presenting } from "../state/screen";
import { language, THEMES, type Theme, theme } from "../state/settings";
import { Lessons } from "./lessons";
import { Progress } from "./progress";
import { Share } from "./share";

const THEME_ICONS: Record<Theme, IconName> = { system: "system", light: "sun", dark: "moon" };

export function Header(): JSX.Element {
  const t = words.value.header;
  const name = title.value;
  return (
    <header class="header">
      <h1 class="brand">
        <Logo />
        Gradwalk
      </h1>
      <span class="document">
        {typeof name === "string" ? name || words.value.editor.untitled : name[language.value]}
      </span>
      <div class="header-space" />
      <Progress />
      <Lessons />
      <OpenButton />
      <Share />
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
      <LanguageButton />
      <ThemeButton />
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
      <RunButton />
    </header>
  );
}

function OpenButton(): JSX.Element {
  const t = words.value.header;
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="button" title={t.openHint} onClick={() => input.current?.click()}>
        <Icon name="open" size={18} /> <span class="button-text">{t.open}</span>
      </button>
      <input
        ref={input}
        type="file"
        hidden
        data-testid="open-file"
        aria-label={t.openHint}
        accept=".ipynb,.py,.txt,application/x-ipynb+json,text/x-python"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) void openFile(file);
          // The same file chosen again is to be read again.
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}

function LanguageButton(): JSX.Element {
  const at = LANGUAGES.indexOf(language.value);
  const other = LANGUAGES[(at + 1) % LANGUAGES.length] ?? "en";
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
      {LANGUAGE_NAMES[other]}
    </button>
  );
}

function ThemeButton(): JSX.Element {
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

function RunButton(): JSX.Element {
  const t = words.value.header;
  const running = isRunning.value;
  return (
    <button
      type="button"
      class="button primary run"
      data-testid="run"
      data-running={running}
      title={running ? t.cancel : t.runHint}
      onClick={() => (running ? stopRun() : void startRun())}
    >
      <Icon name={running ? "stop" : "run"} size={18} />
      {running ? t.cancel : t.run}
    </button>
  );
}
