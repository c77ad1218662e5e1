/** Where one stands in two runs at once: rows of steps that both take, what differs there, and the clock that moves on. */
import { batch, computed, effect, signal, untracked } from "@preact/signals";
import type { Aim, Beside, Folding } from "../core/messages";
import { Counterparts } from "../core/pair/counterparts";
import { type Brings, Comparer } from "../core/pair/differences";
import { foldingThere } from "../core/pair/folds";
import { changedLines } from "../core/pair/lines";
import { markRuns } from "../core/pair/marking";
import { MarksAt, NO_MARKS, type RunMarks } from "../core/pair/marks";
import { type Held, mostTelling, namesHeld } from "../core/pair/names";
import { rowsOfSteps, takenAfter } from "../core/pair/rows";
import { scopesBetween } from "../core/pair/scopes";
import { Walk } from "../core/pair/walk";
import type { Run } from "../core/run";
import { buildTimeline, stepOfEvent } from "../core/timeline";
import type { Step } from "../core/types";
import type { SideId } from "./beside";
import { kept } from "./kept";
import { pair, pairPlace, tableOpen } from "./pair";
import { goTo as goToInPage } from "./player";
import { run } from "./run";
import { presenting } from "./screen";
import { grain, speed, textScale } from "./settings";
import { inPieces } from "./slices";

const comparer = computed(() => {
  const both = pair.value;
  return both && new Comparer(new Counterparts(both.a.run, both.b.run));
});

const timelines = computed(() => {
  const both = pair.value;
  return (
    both && {
      a: buildTimeline(both.a.run.trace, grain.value),
      b: buildTimeline(both.b.run.trace, grain.value),
    }
  );
});

/** The steps of both in rows. */
export const rows = computed(() => {
  const [of, lines] = [comparer.value, timelines.value];
  return of && lines ? rowsOfSteps(of.between, lines.a.steps, lines.b.steps) : [];
});

const taken = computed(() => takenAfter(rows.value));

export const count = computed(() => rows.value.length);
export const place = computed(() => Math.min(pairPlace.value ?? 0, count.value));
export const playing = signal(false);

/** How many steps each run has taken. */
export const stepsTaken = computed(() => taken.value[place.value] ?? { a: 0, b: 0 });

/** The last step that each run has taken. */
export const steps = computed<Record<SideId, Step | null>>(() => {
  const lines = timelines.value;
  const { a, b } = stepsTaken.value;
  return { a: lines?.a.steps[a - 1] ?? null, b: lines?.b.steps[b - 1] ?? null };
});

/** Why a run stands at this row: the other has a step that it has not, or it is over; null where it takes a step. */
export function standing(side: SideId): "without" | "over" | null {
  const row = rows.value[place.value - 1];
  if (!row || row[side] !== null) return null;
  return stepsTaken.value[side] === (timelines.value?.[side].steps.length ?? 0) ? "over" : "without";
}

/** By row, which way the runs go. */
export const directions = computed(() => {
  const lines = timelines.value;
  return rows.value.map(({ a, b }) => {
    const step = lines?.a.steps[a ?? -1] ?? lines?.b.steps[b ?? -1];
    return { direction: step?.direction ?? ("forward" as const) };
  });
});

// -- what differs --

/** What is to be marked in each run at every row; empty until it is found, which in long runs takes a while. */
export const marks = signal<Record<SideId, RunMarks>>({ a: NO_MARKS, b: NO_MARKS });

/** Where a side is to be looked at, for the other was moved there. */
export const aim = signal<{ readonly side: SideId; readonly aim: Aim } | null>(null);

/** What a side is to open or fold, for the other did. */
export const fold = signal<{ readonly side: SideId; readonly folding: Folding } | null>(null);

effect(() => {
  const [both, of, lines] = [pair.value, comparer.value, timelines.value];
  marks.value = { a: NO_MARKS, b: NO_MARKS };
  aim.value = null;
  fold.value = null;
  if (!both || !of || !lines) return undefined;
  const runs = { a: both.a.run, b: both.b.run };
  const walk = new Walk(runs, rows.value, { a: lines.a.steps, b: lines.b.steps });
  return inPieces(markRuns(walk, of), (found) => {
    marks.value = found;
  });
});

const marked = computed(() => [new MarksAt(marks.value.a), new MarksAt(marks.value.b)]);
/** Whether anything is marked at this row. */
export const isMarked = computed(() => marked.value.some((each) => !each.goTo(place.value).isEmpty));

/** By row, whether it is one run's only, or what it brings otherwise. */
export const differing = computed<("only" | Brings | null)[]>(() => {
  const [of, lines] = [comparer.value, timelines.value];
  if (!of || !lines) return [];
  return rows.value.map(({ a, b }) => {
    const [one, other] = [lines.a.steps[a ?? -1], lines.b.steps[b ?? -1]];
    if (!one || !other) return "only";
    return of.differs(one, other);
  });
});

function heldAt(taken: { a: number; b: number } | undefined): Held[] {
  const [both, lines] = [pair.value, timelines.value];
  if (!both || !lines || !taken) return [];
  const done = (side: SideId) => lines[side].steps[taken[side] - 1]?.to ?? 0;
  return namesHeld(both.a.run, done("a"), both.b.run, done("b"));
}

/** What the variables hold in both. */
export const held = computed(() => heldAt(stepsTaken.value));
/** The names that differ, the most telling first. */
export const telling = computed(() => mostTelling(held.value, heldAt(taken.value[place.value - 1])));

const changed = computed<Record<SideId, number[][]>>(() => {
  const both = pair.value;
  const sources = (of: Run | undefined) => of?.trace.cells.map(({ source }) => source) ?? [];
  const [a, b] = [sources(both?.a.run), sources(both?.b.run)];
  return {
    a: a.map((source, cell) => changedLines(source, b[cell] ?? "")),
    b: b.map((source, cell) => changedLines(source, a[cell] ?? "")),
  };
});

export const fits = signal(0);

/** How a side's player is to look now. */
export function lookOf(side: SideId): Beside {
  return {
    row: place.value,
    changed: changed.value[side],
    stands: standing(side) !== null,
    presenting: presenting.value,
    textScale: textScale.value,
    fits: fits.value,
  };
}

/** A hand has moved a side's picture: the other goes along, by the cards that both have. */
export function lookBoth(from: SideId, { cards, ...how }: Aim): void {
  const between = comparer.value?.between;
  const twins = cards.flatMap(({ id, ...place }) => {
    const twin = from === "a" ? between?.cardInB(id) : between?.cardInA(id);
    return twin ? [{ id: twin, ...place }] : [];
  });
  aim.value = { side: from === "a" ? "b" : "a", aim: { cards: twins, ...how } };
}

/** By scope, the scope of the other run that is the same. */
const twins = computed(() => {
  const both = pair.value;
  const a = both ? scopesBetween(both.a.run, both.b.run) : new Map<number, number>();
  return { a, b: new Map([...a].map(([scope, twin]) => [twin, scope])) };
});

const opsThere = computed(() => {
  const a = comparer.value?.between.ops ?? new Map<number, number>();
  return { a, b: new Map([...a].map(([op, twin]) => [twin, op])) };
});

/** A hand has opened or folded something in a side's picture: so is what the other has of it. */
export function foldBoth(from: SideId, folding: Folding): void {
  const there = foldingThere(folding, twins.value[from], opsThere.value[from]);
  if (there) fold.value = { side: from === "a" ? "b" : "a", folding: there };
}

// -- moving --

export function goTo(target: number): void {
  pairPlace.value = Math.max(0, Math.min(count.value, Math.round(target)));
}

/** To the row in which a run takes its n-th step. */
export function goToStepOf(side: SideId, n: number): void {
  playing.value = false;
  goTo(n === 0 ? 0 : taken.value.findIndex((each) => each[side] >= n));
}

function pauseThen(target: number): void {
  playing.value = false;
  goTo(target);
}

export const next = (): void => pauseThen(place.value + 1);
export const previous = (): void => pauseThen(place.value - 1);
export const first = (): void => pauseThen(0);
export const last = (): void => pauseThen(count.value);

/** The nearest row that differs after (1) or before (-1) the present one; null: there is none. */
export function differenceFrom(towards: 1 | -1): number | null {
  const found = differing.value;
  for (let row = place.value - 1 + towards; row >= 0 && row < found.length; row += towards)
    if (found[row]) return row + 1;
  return null;
}

export function toDifference(towards: 1 | -1): void {
  const to = differenceFrom(towards);
  if (to !== null) pauseThen(to);
}

export function togglePlay(): void {
  if (!playing.value && place.value >= count.value) goTo(0);
  playing.value = !playing.value && count.value > 0;
}

/** Back to the page, which goes on where its run stood here. */
export function closePair(): void {
  const both = pair.value;
  const { b } = stepsTaken.value;
  batch(() => {
    playing.value = false;
    tableOpen.value = false;
    pair.value = null;
  });
  if (both?.b.run === run.value) goToInPage(b);
}

export function stopComparing(): void {
  closePair();
  kept.value = null;
}

effect(() => {
  if (!playing.value) return;
  const timer = setInterval(() => {
    goTo(place.value + 1);
    if (place.value >= count.value) playing.value = false;
  }, 1000 / speed.value);
  return () => clearInterval(timer);
});

/** An event of the step on view, by which the place is found again in another grain. */
let seen: { side: SideId; event: number } | null = null;
let shown: { pair: typeof pair.value; lines: typeof timelines.value } = { pair: null, lines: null };

// What was not told where to begin begins with the first difference. Another grain keeps the place.
effect(() => {
  const [both, lines] = [pair.value, timelines.value];
  const at = place.value;
  untracked(() => {
    if (both && lines && pairPlace.value === null) {
      const begin = differing.value.findIndex((found) => found !== null);
      goTo(begin < 0 ? 1 : begin + 1);
    } else if (both && both === shown.pair && lines && lines !== shown.lines && seen) {
      goToStepOf(seen.side, stepOfEvent(lines[seen.side], seen.event) + 1);
    }
    shown = { pair: both, lines };
    const side: SideId = rows.value[at - 1]?.a === null ? "b" : "a";
    const step = steps.value[side];
    seen = step && { side, event: step.to - 1 };
  });
});
