/** Search over the run: type a name, an op or a piece of a line, and go to its step and card. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type Found, find } from "../core/search";
import { words } from "../i18n";
import { goToEvent, playing } from "../state/player";
import { run } from "../state/run";
import { paletteOpen, selected } from "../state/screen";
import "../style/palette.css";

const query = signal("");
const chosen = signal(0);

export function Palette(): JSX.Element {
  const t = words.value.seeing;
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const open = paletteOpen.value;
  useEffect(() => {
    const element = dialog.current;
    if (open && !element?.open) element?.showModal();
    else if (!open && element?.open) element.close();
  }, [open]);
  const found = run.value ? find(run.value, query.value) : [];
  const at = Math.min(chosen.value, found.length - 1);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const close = () => {
    paletteOpen.value = false;
    query.value = "";
    chosen.value = 0;
  };
  const take = (item: Found | undefined) => {
    if (!item) return;
    // Closed by hand, for one that is only taken away does not give the focus back.
    dialog.current?.close();
    playing.value = false;
    goToEvent(item.event);
    if (item.card !== null) selected.value = item.card;
  };
  return (
    <dialog ref={dialog} class="help palette" data-testid="palette" aria-label={t.search} onClose={close}>
      <input
        type="text"
        placeholder={t.searchHint}
        aria-label={t.search}
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls="found"
        aria-activedescendant={found.length ? `found-${at}` : undefined}
        value={query.value}
        onInput={({ currentTarget }) => {
          query.value = currentTarget.value;
          chosen.value = 0;
        }}
        onKeyDown={(event) => {
          const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (by !== undefined) chosen.value = Math.max(0, Math.min(found.length - 1, at + by));
          else if (event.key === "Enter") take(found[at]);
          else return;
          event.preventDefault();
        }}
      />
      <div class="found" ref={list} id="found" role="listbox" aria-label={t.search}>
        {found.map((item, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above takes the keys
          <div
            key={`${item.kind}${item.event}${item.text}`}
            id={`found-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onClick={() => take(item)}
          >
            <span class="found-kind">{t.found[item.kind]}</span>
            <span class="found-text mono">{item.text}</span>
            <span class="found-aside mono">{item.aside}</span>
            <span class="found-place mono">
              {item.iteration === null ? "" : `${words.value.graph.iteration(item.iteration, null)} · `}
              {item.place}
            </span>
          </div>
        ))}
      </div>
      {query.value && found.length === 0 ? <p class="muted">{t.nothingFound}</p> : null}
    </dialog>
  );
}
