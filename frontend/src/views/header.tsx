/** The top bar: what is open, what can be opened, how the page looks, and Run. */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { openFiles } from "../files";
import { words } from "../i18n";
import { inLanguage } from "../i18n/languages";
import { Icon, Logo } from "../icons";
import { title } from "../state/cells";
import { startRun, stopRun } from "../state/request";
import { isRunning } from "../state/run";
import { language } from "../state/settings";
import { HelpButton, LanguageButton, PresentButton, ThemeButton } from "./header-buttons";
import { Lessons } from "./lessons";
import { Progress } from "./progress";
import { Share } from "./share";

export function Header(): JSX.Element {
  const name = title.value;
  return (
    <header class="header">
      <h1 class="brand">
        <Logo />
        Gradwalk
      </h1>
      <span class="document">{inLanguage(name, language.value) || words.value.cells.untitled}</span>
      <div class="header-space" />
      <Progress />
      <Lessons />
      <OpenButton />
      <Share />
      <PresentButton />
      <LanguageButton />
      <ThemeButton />
      <HelpButton />
      <RunButton />
    </header>
  );
}

function OpenButton(): JSX.Element {
  const t = words.value.bar;
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
        multiple
        data-testid="open-file"
        aria-label={t.openHint}
        accept=".ipynb,.py,.txt,.csv,.tsv,.json,application/x-ipynb+json,text/x-python"
        onChange={(event) => {
          void openFiles(event.currentTarget.files ?? []);
          // The same file chosen again is to be read again.
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}

function RunButton(): JSX.Element {
  const t = words.value.bar;
  const running = isRunning.value;
  return (
    <button
      type="button"
      class="button primary run"
      data-testid="run"
      data-running={running}
      title={running ? t.cancel : t.runHint}
      onClick={({ currentTarget, detail }) => {
        // After a click the space bar is to play what ran, and not to run it again.
        if (detail > 0) currentTarget.blur();
        if (running) stopRun();
        else void startRun();
      }}
    >
      <Icon name={running ? "stop" : "run"} size={18} />
      {running ? t.cancel : words.value.header.run}
    </button>
  );
}
