/** What stands on a card and how large that makes it, once for the whole run: nothing grows or moves between steps. */
import { STANDALONE } from "../build";
import { type StorageMark, storageMark } from "../core/aliasing";
import { cellName } from "../core/cells";
import { added, formatNumbers, formatTable } from "../core/format";
import { push } from "../core/lists";
import { type Oddity, oddityOf } from "../core/oddities";
import type { Run } from "../core/run";
import type { Card, Size } from "../core/types";
import { count, isSumOf, type Numbers, numbersOf } from "../core/values";
import type { Messages } from "../i18n/en";
import { type Measure, TYPE } from "./measure";
import {
  MAX_VECTOR,
  PICTURE_WIDTH,
  scaleText,
  showValue,
  sizeOfShown,
  TABLE_ROW,
  tableWidth,
  VALUE_ROW,
} from "./shown";

export const PAD = 13;
export const BAND = 28;
export const NAME_GAP = 10;
/** Where the value stands below the name. */
const NAME_ROW = 26;
export const NOTE_ROW = 24;
export const BOTTOM = 8;
/** Between the op and its grad_fn, and the room for the mark of freed buffers. */
export const ASIDE_GAP = 9;
export const FREED = 18;
/** Beside the text in the mark of a storage. */
export const MARK_PAD = 14;
const STEP = 8;
const MIN_WIDTH = 96;
const MAX_WIDTH = 330;
const FOLDED_HEIGHT = 62;
/** The room of the sign before the word for what is odd, and of the gap before both. */
const ODD_SIGN = 28;
const MAX_VERSIONS = 24;

export type Note = "gradient" | "shares" | null;

export interface CardFace extends Size {
  readonly title: string;
  readonly aside: string;
  readonly note: Note;
  /** The height that the value takes: one row for a number or a vector, more for a matrix or a picture. */
  readonly valueHeight: number;
  /** The row that the name has for itself, above the value; 0 where the value stands beside it. */
  readonly nameHeight: number;
  /** The height of the line below the value, which is a matrix where a gradient is one that is too long for a line. */
  readonly noteHeight: number;
}

export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/** More letters than these are no line that is read at a glance. */
const LONGEST = 36;

/** A gradient on one line: in full, or its shape and how large it is at most. */
export function gradientText(numbers: Numbers): string {
  const whole = inFull(numbers);
  return whole && whole.length <= LONGEST ? whole : `${shapeText(numbers.shape)} ${scaleText(numbers)}`;
}

const inFull = (numbers: Numbers) =>
  count(numbers.shape) <= MAX_VECTOR ? formatNumbers(numbers, MAX_VECTOR) : "";

/** The rows of a gradient that has few numbers and yet is too long for a line; none where it is no such matrix. */
export function gradientTable(numbers: Numbers): string[][] {
  const isLong = numbers.shape.length === 2 && inFull(numbers).length > LONGEST;
  return (isLong && formatTable(numbers)) || [];
}

function foldLabel(run: Run, card: Card, t: Messages): { label: string; count: string } {
  const fold = card.fold;
  if (!fold) return { label: card.title, count: "" };
  const count = t.graph.nodes(fold.count);
  if (fold.kind === "iterations") return { label: t.graph.iterations(fold.first, fold.last), count };
  if (fold.kind === "stretch") return { label: t.seeing.stretch, count };
  if (fold.kind === "cells") {
    const name = (cell: number) => cellName(run.trace.cells, cell);
    return { label: t.graph.cells(name(fold.first), name(fold.last)), count };
  }
  const index = run.trace.scopes[fold.scope]?.index ?? null;
  return { label: index === null ? fold.label : t.graph.iteration(index, null), count };
}

export function faceOf(run: Run, card: Card, t: Messages, measure: Measure): CardFace {
  if (card.kind === "folded") {
    const { label, count } = foldLabel(run, card, t);
    const width = Math.max(measure(label, TYPE.note), measure(count, TYPE.aside) + 18) + 2 * PAD + 8;
    return {
      title: label,
      aside: count,
      note: null,
      valueHeight: 0,
      nameHeight: 0,
      noteHeight: 0,
      height: FOLDED_HEIGHT,
      width: clamp(width),
    };
  }
  const title = titleOf(card, t);
  const aside = asideOf(card, t);
  const note: Note =
    card.requiresGrad || card.node !== null ? "gradient" : card.sharesWith.length > 0 ? "shares" : null;
  const band =
    measure(title, TYPE.title) +
    (aside ? measure(aside, TYPE.aside) + ASIDE_GAP : 0) +
    (card.gradFn ? FREED : 0) +
    markWidth(run, card, measure);
  const name = card.name ? measure(card.name, TYPE.name) + NAME_GAP : 0;
  const value = valueSize(run, card, name, t, measure);
  // A file that plays by itself has no room for this.
  const matrix = !STANDALONE && note === "gradient" ? matrixRoom(run, card, t, measure) : null;
  const table = matrix?.width ?? 0;
  const width = Math.max(band, value.width, table, noteWidth(run, card, note, t, measure)) + 2 * PAD;
  const { nameHeight } = value;
  const noteHeight = matrix?.height || (note ? NOTE_ROW : 0);
  return {
    title,
    aside,
    note,
    nameHeight,
    valueHeight: value.height,
    noteHeight,
    // Text is cut where it is too long; a table is not.
    width: Math.max(clamp(width), coarse(Math.max(value.table, table) + 2 * PAD)),
    height: BAND + nameHeight + value.height + noteHeight + BOTTOM,
  };
}

/** The room for the gradients that stand on the card as matrices; none where there are none. */
function matrixRoom(run: Run, card: Card, t: Messages, measure: Measure): Size {
  const tables = gradientNumbers(run, card)
    .map(gradientTable)
    .filter(({ length }) => length > 0);
  const lead = measure(gradientChange(t, "", ""), TYPE.note);
  return {
    width: Math.max(0, ...tables.map((cells) => lead + tableWidth(cells, measure))),
    height: Math.max(0, ...tables.map(({ length }) => length * TABLE_ROW + 12)),
  };
}

export function clamp(width: number): number {
  return Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, coarse(width)));
}

/** A width in steps, so that pictures of like numbers are laid out alike. */
export function coarse(width: number): number {
  return STEP * Math.ceil(width / STEP);
}

/** `A·v1`: the storage that several share, and its version; `v1` where one tensor has it alone. */
export function markText({ letter }: StorageMark, version: number): string {
  return letter === null ? `v${version}` : `${letter} · v${version}`;
}

export function markWidth(run: Run, card: Card, measure: Measure): number {
  const mark = storageMark(run, card.tensor);
  return mark ? measure(markText(mark, 88), TYPE.mark) + MARK_PAD + ASIDE_GAP : 0;
}

function titleOf(card: Card, t: Messages): string {
  if (card.kind === "leaf") return t.graph.leaf;
  return card.kind === "gradient" ? t.graph.buffer : card.title;
}

function asideOf(card: Card, t: Messages): string {
  if (card.kind === "leaf") return card.requiresGrad ? t.graph.requiresGrad : "";
  if (card.gradFn) return card.gradFn;
  return card.detached ? t.graph.noGradFn : "";
}

interface ValueRoom extends Size {
  readonly nameHeight: number;
  /** The widest table, with what stands beside it. */
  readonly table: number;
}

/** The room for the name and every value that the card will show: beside it, or below it where both are too wide for a row. */
function valueSize(run: Run, card: Card, name: number, t: Messages, measure: Measure): ValueRoom {
  let width = 0;
  let table = 0;
  let height = VALUE_ROW;
  // Written in place, a storage has several versions: a handful is enough to know the width.
  for (let version = 0; card.tensor !== null && version < MAX_VERSIONS; version++) {
    const numbers = run.numbers(card.tensor, version);
    if (!numbers) continue;
    const shown = showValue(numbers);
    const size = sizeOfShown(shown, measure);
    const own = size.width + oddWidth(shown.odd, t, measure);
    width = Math.max(width, own);
    if (shown.kind === "table") table = Math.max(table, own);
    if (shown.kind === "large") width = Math.max(width, PICTURE_WIDTH - name);
    height = Math.max(height, size.height);
  }
  const below = name > 0 && name + width > MAX_WIDTH - 2 * PAD;
  if (below) return { width: Math.max(name, width), height, table, nameHeight: NAME_ROW };
  return { width: name + width, height, table: table && name + table, nameHeight: 0 };
}

/** The mark and word for what is odd about some numbers. */
export function oddWidth(odd: Oddity | null, t: Messages, measure: Measure): number {
  return odd === null ? 0 : ODD_SIGN + measure(t.seeing.oddities[odd], TYPE.odd);
}

function noteWidth(run: Run, card: Card, note: Note, t: Messages, measure: Measure): number {
  if (note === null) return 0;
  if (note === "shares") return measure(t.graph.shares(card.sharesWith.join(", ")), TYPE.note);
  const { fanIns } = gradientValues(run);
  // What came along several edges is said in full where that is not too long for any card.
  const sums = (fanIns.get(`${card.node}:${card.output}`) ?? []).flatMap(({ parts, total }) => {
    const came = parts.map((value) => numbersOf(run.trace, value));
    const text =
      card.kind === "leaf"
        ? t.seeing.arriving(added(came.map(gradientText)))
        : sumOfParts(t, came, numbersOf(run.trace, total));
    const width = measure(text, TYPE.note);
    return width > MAX_WIDTH - 2 * PAD ? [] : width;
  });
  const values = gradientNumbers(run, card);
  const texts = values.map(gradientText);
  const odd = values.map((numbers) => oddWidth(oddityOfGradient(numbers), t, measure));
  // A leaf's gradient changes in sight: was → is.
  const said = texts.map((text, index) =>
    card.kind === "leaf"
      ? gradientChange(t, index ? (texts[index - 1] ?? "") : "None", text)
      : `${t.graph.grad} ${text}`,
  );
  return Math.max(
    measure(t.graph.noGradYet, TYPE.note),
    ...sums,
    ...said.map((text, index) => measure(text, TYPE.note) + (odd[index] ?? 0)),
  );
}

/** What is odd about a gradient on one line of a card: zeros that are printed in full need no mark. */
export function oddityOfGradient(numbers: Numbers): Oddity | null {
  const odd = oddityOf(numbers);
  return odd === "zeros" && count(numbers.shape) <= MAX_VECTOR ? null : odd;
}

/** `grad [0, 0] → [1, 2]`. */
export function gradientChange(t: Messages, before: string, now: string): string {
  return `${t.graph.grad} ${before} → ${now}`;
}

/** `grad [1, 1] + [0, 3] = [1, 4]`: what came along several edges, and together; or, behind an arrow, what a hook made of it. */
export function sumOfParts(t: Messages, parts: readonly Numbers[], total: Numbers | null): string {
  const sum = added(parts.map(gradientText));
  return `${t.graph.grad} ${sum}${total ? ` ${isSumOf(total, parts) ? "=" : "→"} ${gradientText(total)}` : ""}`;
}

/** Every gradient that the card will show in the course of the run. */
function gradientNumbers(run: Run, card: Card): Numbers[] {
  const { byNode, byTensor } = gradientValues(run);
  const values =
    card.kind === "leaf"
      ? (byTensor.get(card.tensor ?? -1) ?? [])
      : (byNode.get(`${card.node}:${card.output}`) ?? []);
  return values.map((value) => numbersOf(run.trace, value));
}

interface GradientValues {
  readonly byNode: Map<string, number[]>;
  readonly byTensor: Map<number, number[]>;
  /** Where several contributions came to a node's output: they and their sum. */
  readonly fanIns: Map<string, { parts: number[]; total: number }[]>;
}

const gathered = new WeakMap<Run, GradientValues>();

function gradientValues(run: Run): GradientValues {
  const known = gathered.get(run);
  if (known) return known;
  const byNode = new Map<string, number[]>();
  const byTensor = new Map<number, number[]>();
  const fanIns: GradientValues["fanIns"] = new Map();
  run.trace.events.forEach((event, index) => {
    const gather = (node: number, came: readonly (number | null)[]) => {
      const received = run.receivedAt(node, index);
      came.forEach((value, output) => {
        if (value === null) return;
        push(byNode, `${node}:${output}`, value);
        const parts = received.flatMap(([part, own]) => (own === output ? [part] : []));
        if (parts.length > 1) push(fanIns, `${node}:${output}`, { parts, total: value });
      });
    };
    if (event.kind === "vjp") gather(event.node, event.cotangents_in);
    if (event.kind === "accumulate") gather(event.node, [event.contribution]);
    if ((event.kind === "accumulate" || event.kind === "grad_cleared") && event.result !== null)
      push(byTensor, event.tensor, event.result);
  });
  const found = { byNode, byTensor, fanIns };
  gathered.set(run, found);
  return found;
}
