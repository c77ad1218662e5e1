/** The speaker's second window: the page tells it what the room sees and what comes next; it can step the page. */
import { effect } from "@preact/signals";
import { formatNumbers } from "../core/format";
import { narrate, sentenceParts } from "../core/narrate";
import type { Step } from "../core/types";
import { words } from "../i18n";
import { inLanguage, type Translated } from "../i18n/languages";
import { cells, lesson } from "./cells";
import { count, first, last, next, playing, position, previous, step, timeline, togglePlay } from "./player";
import { pending } from "./reveal";
import { cellOfRun, run } from "./run";
import { blank } from "./screen";
import { language } from "./settings";

/** What the room sees, and what only the speaker does. */
export interface Speech {
  readonly position: number;
  readonly count: number;
  readonly sentence: string;
  readonly next: string;
  readonly watch: string;
  readonly note: string;
  readonly question: string;
  readonly answer: string;
}

type Message =
  | { readonly kind: "speech"; readonly speech: Speech }
  | { readonly kind: "hello" }
  | { readonly kind: "do"; readonly what: Order };

/** What the window's keys and buttons have the page do. */
const ORDERS = {
  next,
  previous,
  first,
  last,
  play: togglePlay,
  blank: () => {
    playing.value = false;
    blank.value = !blank.value;
  },
};

export type Order = keyof typeof ORDERS;

export function isOrder(command: string | null): command is Order {
  return command !== null && command in ORDERS;
}

const CHANNEL = "gradwalk-speaker";

let isTelling = false;

const told = (text: string | Translated) => inLanguage(text, language.value);

function sentenceOf(at: Step | undefined): string {
  if (!run.value || !at) return "";
  return sentenceParts(narrate(run.value, at), language.value)
    .map(({ text }) => text)
    .join("");
}

function speech(): Speech {
  const current = step.value;
  const cell = cells.value.find((each) => cellOfRun(each) === (current?.cell ?? 0));
  const ask = pending.value;
  const choice = ask?.question?.choices?.[ask.question.right ?? -1];
  return {
    position: position.value,
    count: count.value,
    sentence: sentenceOf(current ?? undefined),
    next: sentenceOf(timeline.value?.steps[position.value]),
    watch: lesson.value ? told(lesson.value.watch) : "",
    note: cell ? told(cell.note) : "",
    question: ask ? told(ask.question?.text ?? words.value.reveal.question(ask.tensor)) : "",
    answer: ask ? (ask.gradient ? formatNumbers(ask.gradient) : choice ? told(choice) : "") : "",
  };
}

/** The page's end: tells every change, and does as the window asks. */
export function tellSpeaker(): void {
  if (isTelling) return;
  isTelling = true;
  const channel = new BroadcastChannel(CHANNEL);
  const tell = () => channel.postMessage({ kind: "speech", speech: speech() } satisfies Message);
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === "hello") tell();
    else if (data.kind === "do" && isOrder(data.what)) ORDERS[data.what]();
  };
  effect(tell);
}

/** The window's end: hears every change; what it gives moves the page. */
export function hearPage(hear: (speech: Speech) => void): (what: Order) => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === "speech") hear(data.speech);
  };
  channel.postMessage({ kind: "hello" } satisfies Message);
  return (what) => channel.postMessage({ kind: "do", what } satisfies Message);
}
