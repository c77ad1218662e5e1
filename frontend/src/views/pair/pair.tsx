/** Two runs side by side, stepped together: each with its picture, code and sentence, and what differs marked in both. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { focusOnceShown } from "../../focus";
import { words } from "../../i18n";
import { pairWords } from "../../i18n/pair";
import { Icon } from "../../icons";
import { presentLink } from "../../state/address";
import { kept } from "../../state/kept";
import { isLinkable, pair, tableOpen } from "../../state/pair";
import { closePair, stopComparing } from "../../state/paired";
import { picture, presenting, togglePicture } from "../../state/screen";
import { copyWhenMade } from "../clipboard";
import { HelpButton, LanguageButton, PresentButton, ThemeButton } from "../header-buttons";
import { Controls } from "./controls";
import { listenToPairKeys } from "./keys";
import { Pane } from "./pane";
import { Announcement, Summary, Table } from "./summary";
import "../../style/pair.css";

export function Pair(): JSX.Element | null {
  const host = useRef<HTMLElement>(null);
  useEffect(listenToPairKeys, []);
  useEffect(() => {
    const before = document.activeElement;
    host.current?.focus();
    return () => {
      // The page around is not shown before the next frame.
      requestAnimationFrame(() => {
        if (before instanceof HTMLElement) before.focus();
        if (document.activeElement === document.body) focusOnceShown("#steps button:enabled");
      });
    };
  }, []);
  if (!pair.value) return null;
  return (
    <main ref={host} class="pair" data-testid="pair" aria-label={pairWords.value.title} tabindex={-1}>
      {presenting.value ? <h1 class="visually-hidden">{pairWords.value.title}</h1> : <Head />}
      <div class="pair-panes">
        <Pane side="a" />
        <Pane side="b" />
        <Table />
      </div>
      <Announcement />
      <section class="pair-foot" aria-label={words.value.transport.label}>
        <Summary />
        <Controls />
      </section>
    </main>
  );
}

function Head(): JSX.Element {
  const t = pairWords.value;
  return (
    <header class="pair-head">
      <button type="button" class="button" data-testid="pair-close" title={t.back} onClick={closePair}>
        <Icon name="close" size={16} /> <span class="button-text">{t.back}</span>
      </button>
      <h1 class="pair-title">{t.title}</h1>
      <div class="header-space" />
      {kept.value ? (
        <button type="button" class="button wide-only" data-testid="pair-stop" onClick={stopComparing}>
          {t.stop}
        </button>
      ) : null}
      <button
        type="button"
        class="button"
        data-testid="pair-table"
        aria-pressed={tableOpen.value}
        onClick={() => {
          tableOpen.value = !tableOpen.value;
        }}
      >
        {t.table}
      </button>
      <button
        type="button"
        class="button wide-only"
        data-testid="pair-picture"
        aria-pressed={picture.value === "backward"}
        title={words.value.graph.pictureHint}
        onClick={togglePicture}
      >
        grad_fn
      </button>
      {pair.value && isLinkable(pair.value) ? <CopyLink /> : null}
      <PresentButton />
      <LanguageButton />
      <ThemeButton />
      <HelpButton />
    </header>
  );
}

function CopyLink(): JSX.Element {
  const t = pairWords.value;
  const [said, say] = useState<string | null>(null);
  const copy = async () => {
    const link = presentLink();
    const isCopied = await copyWhenMade(link.then((made) => made ?? location.href));
    say((await link) === null ? t.tooLong : isCopied ? t.copied : t.notCopied);
    setTimeout(() => say(null), 2500);
  };
  return (
    <>
      <button
        type="button"
        class="button square"
        data-testid="pair-link"
        aria-label={t.copy}
        title={t.copy}
        onClick={() => void copy()}
      >
        <Icon name="link" size={18} />
      </button>
      <span class="pair-copied" role="status">
        {said}
      </span>
    </>
  );
}
