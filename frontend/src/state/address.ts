/** The address in the browser's bar says what is on screen, so that a reload or a link comes back to it. */
import { batch, effect, untracked } from "@preact/signals";
import { type Beside, type Hand, NO_HAND, type Place, readLink, writeLink } from "../core/link";
import { words } from "../i18n";
import { inLanguage, LANGUAGES } from "../i18n/languages";
import { cells, lesson, openCells, title } from "./cells";
import { FIRST } from "./first-lesson";
import { handNow, moveHand } from "./hand";
import { keep } from "./kept";
import { chooseLesson } from "./lessons";
import { isLinkable, type Pair, pair, pairPlace, showPair } from "./pair";
import { goTo, position } from "./player";
import { startRun } from "./request";
import { run } from "./run";
import { called, notice, picture, selected } from "./screen";
import { isolation } from "./server";
import { GRAINS, grain, language } from "./settings";
import { openNow } from "./touched";
import { type Entry, entryAfter, hasNothing, type Open } from "./visits";
import { varyAll } from "./whatif";

/** Browsers refuse an address that changes more often. */
const PAUSE = 350;

/** What is on screen now. */
function presentPlace(): Place {
  const open = lesson.value;
  const sources = cells.value.map((cell) => cell.source.value);
  const isUnchanged =
    open !== null &&
    open.cells.length === sources.length &&
    open.cells.every((cell, at) => cell.source.join("\n") === sources[at]);
  const shown = title.value;
  const tongue = language.value;
  return {
    lesson: isUnchanged ? open.id : null,
    notebook: {
      title: inLanguage(shown, tongue),
      cells: cells.value.map(({ source, executionCount, note }) => ({
        source: source.value,
        executionCount,
        note: inLanguage(note, tongue),
      })),
    },
    step: linkedPair() ? pairPlace.value : run.value ? position.value : null,
    grain: grain.value,
    picture: picture.value === "values" ? null : picture.value,
    language: tongue,
    ...shownBeside(),
    ...(run.value && !linkedPair() ? { hand: handNow() } : {}),
  };
}

function linkedPair(): Pair | null {
  return pair.value && isLinkable(pair.value) ? pair.value : null;
}

function shownBeside(): { beside?: Beside } {
  const both = linkedPair();
  if (!both) return {};
  if (both.id !== null) return { beside: { pair: both.id } };
  const { run: other, name } = both.a;
  const cells = other.trace.cells.map(({ source, execution_count }) => ({
    source,
    executionCount: execution_count,
    note: "",
  }));
  return { beside: { cells, as: name === "before" ? "before" : "kept" } };
}

/** Runs what a link names beside the page's own code, and shows both. */
async function openBeside(beside: Beside, step: number | null): Promise<void> {
  if ("pair" in beside) {
    await (await import("./pairs")).openPair(beside.pair, step);
    return;
  }
  const { runOther } = await import("./other-run");
  const cells = beside.cells.map(({ source, executionCount }) => ({
    source,
    execution_count: executionCount,
  }));
  const other = await runOther(cells);
  if (!other || !run.value) return;
  const now = run.value;
  const isKept = beside.as === "kept";
  batch(() => {
    if (isKept) keep(other);
    const a = { run: other, name: isKept ? "kept" : "before" } as const;
    showPair({ a, b: { run: now, name: isKept ? "now" : "after" }, id: null }, step);
  });
}

/** At the numbers that a hand had put in, if any: the run as it is written is there by now. */
async function openStep(step: number, hand: Hand): Promise<void> {
  if (hand.varied.length) await varyAll(new Map(hand.varied));
  batch(() => {
    goTo(step);
    moveHand(hand);
  });
}

/** The whole address of what is on screen; null if the code is too long for one. */
export async function presentLink(): Promise<string | null> {
  const fragment = await writeLink(presentPlace());
  return fragment === null ? null : `${location.origin}${location.pathname}#${fragment}`;
}

/** What a fragment has that names code, whether it can be read or not. */
const NAMES_CODE = /[#&](code|beside)=/;

/** Opens what a fragment names, and runs it where it had been run; false if it names nothing, or nothing that can be read. */
export async function openPlace(fragment: string): Promise<boolean> {
  const place = await readLink(fragment);
  if (!place) {
    if (NAMES_CODE.test(fragment)) notice.value = words.value.server.linkUnreadable;
    return false;
  }
  const spoken = LANGUAGES.find((each) => each === place.language);
  if (spoken) language.value = spoken;
  await show(place);
  return true;
}

/** Goes up with each place that is asked for: one that was asked for later counts. */
let asked = 0;

async function show(place: Place): Promise<void> {
  const own = ++asked;
  const wanted = GRAINS.find((each) => each === place.grain);
  if (wanted) grain.value = wanted;
  picture.value = place.picture === "backward" ? "backward" : "values";
  pair.value = null;
  // Of what was open before nothing is meant.
  selected.value = null;
  const { beside } = place;
  if (beside && "pair" in beside) {
    await openBeside(beside, place.step);
    return;
  }
  if (place.lesson !== null) {
    if (!(await chooseLesson(place.lesson))) return;
  } else if (place.notebook) openCells(place.notebook.title, place.notebook.cells);
  // Where nothing holds code in, a link must not be enough to run it.
  if (place.step === null || isolation.value === "none" || own !== asked) return;
  await startRun();
  if (own !== asked) return;
  if (beside) await openBeside(beside, place.step);
  else await openStep(place.step, place.hand ?? NO_HAND);
}

/** What an entry of the history remembers beside its address. */
interface Remembered {
  readonly isDraft: boolean;
  /** Code that is too long for an address. */
  readonly place: Place | null;
}

/** Keeps the address true from the first run or change on, with an entry of the history for all that was opened or written;
 * follows Back and Forward, and an address that is changed by hand. `before` is what was open until then. */
export function followAddress(before: Open): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let entry: Entry = { open: before, isDraft: hasNothing(before) };
  let isMoving = 0;
  let waiting: { place: Place; open: Open; name: typeof title.value } | null = null;
  let written: Promise<void> = Promise.resolve();
  const write = async ({ place, open, name }: NonNullable<typeof waiting>) => {
    const after = entryAfter(entry, open);
    // A page that was only opened keeps its plain address.
    if (!after.isNew && place.step === null && !location.hash) return;
    entry = after.entry;
    const fragment = await writeLink(place);
    if (isMoving) return;
    const { isDraft } = after.entry;
    const state: Remembered = { isDraft, place: fragment === null ? place : null };
    const url = fragment === null ? location.pathname : `#${fragment}`;
    if (after.isNew) history.pushState(state, "", url);
    else history.replaceState(state, "", url);
    // Not before: the entry that is left keeps its name.
    called.value = name;
  };
  const writeWhatWaits = () => {
    clearTimeout(timer);
    const now = waiting;
    waiting = null;
    if (!now) return;
    // A browser may refuse one that comes too soon: the next is written all the same.
    written = written.then(() => (isMoving ? undefined : write(now))).catch(() => undefined);
  };
  const stop = effect(() => {
    const place = presentPlace();
    const open = openNow();
    // Before something else is opened it is written where one left off.
    if (waiting && waiting.open.opening !== open.opening) writeWhatWaits();
    clearTimeout(timer);
    waiting = { place, open, name: title.value };
    timer = setTimeout(writeWhatWaits, PAUSE);
  });
  const move = async (state: Partial<Remembered> | null) => {
    clearTimeout(timer);
    waiting = null;
    isMoving++;
    try {
      if (state) {
        // What a hand chose for the page, its language, is not what it goes back to.
        const place = state.place ?? (await readLink(location.hash));
        if (place) await show(place);
      } else if (location.hash) await openPlace(location.hash);
      else await chooseLesson(FIRST.id);
    } finally {
      isMoving--;
      entry = { open: openNow(), isDraft: state?.isDraft ?? false };
      called.value = title.value;
    }
  };
  const onMove = ({ state }: PopStateEvent) => untracked(() => void move(state));
  addEventListener("popstate", onMove);
  return () => {
    stop();
    clearTimeout(timer);
    removeEventListener("popstate", onMove);
  };
}
