/** The address in the browser's bar says what is on screen, so that a reload or a link comes back to it. */
import { batch, effect, untracked } from "@preact/signals";
import { type Beside, type Hand, NO_HAND, type Place, readLink, writeLink } from "../core/link";
import { words } from "../i18n";
import { inLanguage, LANGUAGES } from "../i18n/languages";
import { cells, lesson, openCells, title } from "./cells";
import { handNow, moveHand } from "./hand";
import { keep } from "./kept";
import { chooseLesson } from "./lessons";
import { isLinkable, type Pair, pair, pairPlace, showPair } from "./pair";
import { goTo, position } from "./player";
import { startRun } from "./request";
import { run } from "./run";
import { notice, picture, selected } from "./screen";
import { isolation } from "./server";
import { GRAINS, grain, language } from "./settings";
import { varyAll } from "./whatif";

/** Browsers refuse an address that changes more often. */
const PAUSE = 350;

/** What is on screen now. */
export function presentPlace(): Place {
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
  const wanted = GRAINS.find((each) => each === place.grain);
  if (wanted) grain.value = wanted;
  picture.value = place.picture === "backward" ? "backward" : "values";
  pair.value = null;
  // Of what was open before nothing is meant.
  selected.value = null;
  const { beside } = place;
  if (beside && "pair" in beside) {
    await openBeside(beside, place.step);
    return true;
  }
  if (place.lesson !== null) await chooseLesson(place.lesson);
  else if (place.notebook) openCells(place.notebook.title, place.notebook.cells);
  // Where nothing holds code in, a link must not be enough to run it.
  if (place.step !== null && isolation.value !== "none") {
    await startRun();
    if (beside) await openBeside(beside, place.step);
    else await openStep(place.step, place.hand ?? NO_HAND);
  }
  return true;
}

/** Keeps the address true from the first run or change on; follows an address that is changed by hand. */
export function followAddress(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let own = location.hash;
  const stop = effect(() => {
    const place = presentPlace();
    clearTimeout(timer);
    // A page that was only opened keeps its plain address.
    if (place.step === null && (place.lesson !== null || isBlank(place))) return;
    timer = setTimeout(() => {
      void writeLink(place).then((fragment) => {
        own = fragment === null ? "" : `#${fragment}`;
        history.replaceState(null, "", own || location.pathname);
      });
    }, PAUSE);
  });
  const onChange = () => {
    if (location.hash !== own) untracked(() => void openPlace(location.hash));
  };
  addEventListener("hashchange", onChange);
  return () => {
    stop();
    clearTimeout(timer);
    removeEventListener("hashchange", onChange);
  };
}

function isBlank({ notebook }: Place): boolean {
  return notebook?.cells.every(({ source }) => source === "") ?? true;
}
