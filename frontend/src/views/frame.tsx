/** What stands around the panes: the tabs of a narrow screen, the ways out of a presentation and of the dark. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { STANDALONE } from "../build";
import { words } from "../i18n";
import { Icon } from "../icons";
import { blank, type Pane, pane, presenting, shownPane } from "../state/screen";

export function PaneTabs(): JSX.Element {
  const t = words.value.panes;
  const panes: Pane[] = ["code", "graph", "details"];
  return (
    <nav class="pane-tabs">
      {panes.map((each) => (
        <button
          key={each}
          type="button"
          class="pane-tab"
          aria-pressed={shownPane.value === each}
          onClick={() => {
            pane.value = each;
          }}
        >
          {t[each]}
        </button>
      ))}
    </nav>
  );
}

export function LeavePresentation(): JSX.Element {
  const name = words.value.header.leavePresent;
  return (
    <button
      type="button"
      class="button square leave-presentation"
      title={name}
      aria-label={name}
      onClick={() => {
        presenting.value = false;
      }}
    >
      <Icon name="close" size={18} />
    </button>
  );
}

/** What lies behind the dark is not to be reached either. */
function takeFocus(dark: HTMLElement | null | undefined): () => void {
  const before = document.activeElement;
  dark?.focus();
  return () => {
    if (before instanceof HTMLElement || before instanceof SVGElement) before.focus();
  };
}

export function Blank(): JSX.Element {
  const dark = STANDALONE ? null : useRef<HTMLButtonElement>(null);
  if (!STANDALONE) useEffect(() => takeFocus(dark?.current), []);
  return (
    <button
      ref={dark}
      type="button"
      class="blank"
      aria-label={words.value.help.commands.blank}
      onKeyDown={STANDALONE ? undefined : (event) => event.key === "Tab" && event.preventDefault()}
      onClick={() => {
        blank.value = false;
      }}
    />
  );
}
