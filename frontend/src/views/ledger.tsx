/** The life of each leaf's `.grad`: what arrived, what it became, when it was cleared. */
import { computed } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { STANDALONE } from "../build";
import { formatBriefly, grouped, signed } from "../core/format";
import { ledgers } from "../core/ledger";
import type { Ledger as LeafLedger, LedgerEntry } from "../core/types";
import { count, type Numbers, numbersOf } from "../core/values";
import { gradientText } from "../graph/face";
import { MAX_VECTOR } from "../graph/shown";
import { words } from "../i18n";
import { eventsDone, goToEvent, step } from "../state/player";
import { nameOfCell, run } from "../state/run";
import { textScale } from "../state/settings";
import { steadyList } from "../state/steady";
import { Scroll } from "./scroll";
import { useSteady } from "./steady";

const books = computed(() => (run.value ? ledgers(run.value) : []));

/** How many of a book's entries have happened: they are in order, but for contributions, which are told with their sum. */
function countOf(book: LeafLedger, done: number): number {
  return book.entries.findLastIndex((entry) => entry.event < done) + 1;
}

/** Of each book, how many of its entries have happened. */
const counts = /* @__PURE__ */ steadyList(() => {
  const done = eventsDone.value;
  return books.value.map((book) => countOf(book, done));
});

export function Ledger(): JSX.Element {
  const t = words.value.ledger;
  const happened = counts.value;
  const begun = books.value
    .map((book, at) => ({ book, entries: book.entries.slice(0, happened[at] ?? 0) }))
    .filter(({ entries }) => entries.length > 0)
    // The leaf whose gradient changed last stands first.
    .sort((a, b) => (b.entries.at(-1)?.event ?? 0) - (a.entries.at(-1)?.event ?? 0));
  return (
    <section class="side-part ledger" data-testid="ledger" aria-label={t.label}>
      <h2 class="eyebrow">{t.label}</h2>
      <Scroll label={t.label}>
        {begun.length === 0 ? <p class="muted">{t.empty}</p> : null}
        {begun.map(({ book, entries }, index) => (
          <Book key={book.tensor} book={book} entries={entries} leads={index === 0} />
        ))}
      </Scroll>
    </section>
  );
}

/** As many of the last entries stand in a book that nobody opened whole. */
const RECENT = 24;

function Book(props: { book: LeafLedger; entries: readonly LedgerEntry[]; leads: boolean }): JSX.Element {
  const { book, entries, leads } = props;
  const box = useRef<HTMLDivElement>(null);
  const [all, showAll] = useState(false);
  // The life of a leaf in a long training is long: what happened last is what the step is about.
  const hidden = all ? 0 : Math.max(0, entries.length - RECENT);
  const newest = entries.at(-1)?.event;
  const scale = textScale.value;
  useEffect(() => {
    const pane = box.current?.closest<HTMLElement>(".side-scroll");
    if (!leads || !pane || !box.current || newest === undefined) return;
    // The end of the book that is being written stays in sight.
    const over = box.current.getBoundingClientRect().bottom - pane.getBoundingClientRect().bottom;
    pane.scrollTop += over + 6;
  }, [leads, newest, scale]);
  return (
    <div class="book" ref={box}>
      <h3 class="book-name mono">{words.value.ledger.of(book.name)}</h3>
      {hidden > 0 ? (
        <button type="button" class="link" onClick={() => showAll(true)}>
          {words.value.seeing.earlier(grouped(hidden))}
        </button>
      ) : null}
      <ol>
        {entries.slice(hidden).map((entry) => (
          <Entry key={entry.event} entry={entry} tensor={book.tensor} />
        ))}
      </ol>
    </div>
  );
}

function Entry({ entry, tensor }: { entry: LedgerEntry; tensor: number }): JSX.Element | null {
  const t = words.value.ledger;
  const current = run.value;
  const now = useSteady(() => {
    const { from, to } = step.value ?? { from: 0, to: 0 };
    return entry.event >= from && entry.event < to;
  }, [entry]);
  if (!current) return null;
  const number = entry.value === null ? "None" : entryText(numbersOf(current.trace, entry.value, tensor));
  const where = [
    // A contribution says its pass and its way: that is enough to know the cell.
    entry.cell === null || entry.kind === "contribution" ? "" : t.cell(nameOfCell(entry.cell)),
    entry.backward === null ? "" : t.backward(entry.backward),
    viaOf(entry),
  ].filter(Boolean);
  return (
    <li class={`entry entry-${entry.kind}`} data-kind={entry.kind} data-now={now}>
      <button type="button" class="entry-button" onClick={() => goToEvent(entry.event)}>
        <span class="entry-where">
          <span class="entry-place">{where.join(" · ")}</span>
          <span class="entry-kind">{t.kinds[entry.kind]}</span>
        </span>
        <span class="entry-value mono">
          {entry.kind === "contribution"
            ? signed(number)
            : entry.kind === "accumulate"
              ? `= ${number}`
              : number}
        </span>
      </button>
    </li>
  );
}

/** Of a large matrix its corner says less than its shape and size. */
const entryText = (numbers: Numbers) =>
  !STANDALONE && numbers.shape.length > 1 && count(numbers.shape) > MAX_VECTOR
    ? gradientText(numbers)
    : formatBriefly(numbers);

/** The longest source that an op is named by. */
const MAX_NAME = 28;

function viaOf(entry: LedgerEntry): string {
  const current = run.value;
  const op = entry.op === null ? undefined : current?.trace.ops[entry.op];
  if (!current || !op || entry.kind !== "contribution") return "";
  const source = op.span === null ? "" : current.source(op.span);
  return words.value.ledger.via(source && source.length <= MAX_NAME ? source : op.name);
}
