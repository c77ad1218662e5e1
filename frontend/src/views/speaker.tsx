/** The speaker's window: what the room sees, what comes next, notes, the answer to the question, and the time. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { words } from "../i18n";
import { Icon } from "../icons";
import { commandOf } from "../keys";
import { hearPage, isOrder, type Order, type Speech } from "../state/speaker";
import "../style/speaker.css";

const heard = signal<Speech | null>(null);

export function Speaker(): JSX.Element {
  const t = words.value.speaker;
  useEffect(() => {
    const go = hearPage((speech) => {
      heard.value = speech;
    });
    const onKey = (event: KeyboardEvent) => {
      const isOnButton = event.target instanceof HTMLButtonElement;
      const command = commandOf(event, isOnButton ? "control" : "page");
      if (!isOrder(command)) return;
      event.preventDefault();
      go(command);
    };
    addEventListener("keydown", onKey);
    move = go;
    return () => removeEventListener("keydown", onKey);
  }, []);
  const speech = heard.value;
  return (
    <main class="speaker" data-testid="speaker">
      <header class="speaker-head">
        <Clock />
        <span>{speech ? words.value.transport.counter(speech.position, speech.count) : t.waiting}</span>
        <button type="button" class="button" onClick={() => move("previous")}>
          <Icon name="previous" /> {words.value.transport.previous}
        </button>
        <button type="button" class="button primary" onClick={() => move("next")}>
          <Icon name="stepOn" /> {words.value.transport.next}
        </button>
      </header>
      {speech ? (
        <>
          <Part title={t.now} text={speech.sentence} large />
          <Part title={t.next} text={speech.next} />
          <Part title={t.question} text={speech.question} />
          <Part title={t.answer} text={speech.answer} />
          <Part title={t.watch} text={speech.watch} />
          <Part title={t.note} text={speech.note} />
        </>
      ) : null}
    </main>
  );
}

let move: (what: Order) => void = () => undefined;

function Part({ title, text, large }: { title: string; text: string; large?: boolean }): JSX.Element | null {
  if (!text) return null;
  return (
    <section class="speaker-part" data-large={large}>
      <h2 class="eyebrow">{title}</h2>
      <p>{text}</p>
    </section>
  );
}

/** Minutes and seconds since the window was opened. */
function Clock(): JSX.Element {
  const [start] = useState(() => Date.now());
  const [now, setNow] = useState(start);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.floor((now - start) / 1000);
  return (
    <b class="mono">
      {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, "0")}
    </b>
  );
}
