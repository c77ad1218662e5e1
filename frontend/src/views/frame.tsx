/** What stands around the panes: the tabs of a narrow screen, the ways out of a presentation and of the dark. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
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

export function Blank(): JSX.Element {
  const dark = useRef<HTMLButtonElement>(null);
  // What lies behind is not to be reached either.
  useEffect(() => {
    const before = document.activeElement;
    dark.current?.focus();
    return () => {
      if (before instanceof HTMLElement || before instanceof SVGElement) before.focus();
    };
  }, []);
  return (
    <button
      ref={dark}
      type="button"
      class="blank"
      aria-label={words.value.help.commands.blank}
      onKeyDown={(event) => event.key === "Tab" && event.preventDefault()}
      onClick={() => {
        blank.value = false;
      }}
    />
  );
}
