/** What stands on a card and how large that makes it, once for the whole run: nothing grows or moves between steps. */
import { formatNumbers, formatTable } from "../core/format";
import type { Run } from "../core/run";
import type { Card, Size } from "../core/types";
import { type Numbers, numbersOf } from "../core/values";
import type { Messages } from "../i18n/en";
import { type Measure, TYPE } from "./measure";

export const PAD = 13;
export const BAND = 28;
export const NAME_GAP = 10;
export const VALUE_ROW = 36;
export const TABLE_ROW = 24;
export const NOTE_ROW = 24;
export const BOTTOM = 8;
/** Between the columns of a small matrix. */
export const COLUMN_GAP = 12;
/** Between the op and its grad_fn, and the room for the mark of freed buffers. */
export const ASIDE_GAP = 9;
export const FREED = 18;
const MIN_WIDTH = 96;
const MAX_WIDTH = 330;
const FOLDED_HEIGHT = 62;
/** The largest vector and matrix that stand on a card in full. */
const MAX_VECTOR = 6;
const MAX_ROWS = 4;
const MAX_COLUMNS = 5;
const MAX_VERSIONS = 24;

export type Note = "gradient" | "shares" | null;

export interface CardFace extends Size {
  readonly title: string;
  readonly aside: string;
  readonly note: Note;
  /** Rows that the value takes: one for a number or a vector, more for a small matrix. */
  readonly rows: number;
}

/** A value as it stands on a card. */
export type Shown =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "table"; readonly cells: string[][] }
  | { readonly kind: "large"; readonly numbers: Numbers; readonly text: string };

export function showValue(numbers: Numbers): Shown {
  const size = numbers.shape.reduce((product, length) => product * length, 1);
  if (numbers.shape.length === 2 && size > 0) {
    const cells = formatTable(numbers, MAX_ROWS, MAX_COLUMNS);
    if (cells) return { kind: "table", cells };
  }
  if (numbers.shape.length < 2 && size <= MAX_VECTOR)
    return { kind: "text", text: formatNumbers(numbers, MAX_VECTOR) };
  return { kind: "large", numbers, text: shapeText(numbers.shape) };
}

export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/** A gradient on one line of a card. */
export function gradientText(numbers: Numbers): string {
  const size = numbers.shape.reduce((product, length) => product * length, 1);
  return size <= MAX_VECTOR ? formatNumbers(numbers, MAX_VECTOR) : shapeText(numbers.shape);
}

export function foldLabel(run: Run, card: Card, t: Messages): { label: string; count: string } {
  const fold = card.fold;
  if (!fold) return { label: card.title, count: "" };
  const count = t.graph.nodes(fold.count);
  if (fold.kind === "iterations") return { label: t.graph.iterations(fold.first, fold.last), count };
  if (fold.kind === "cells") {
    const name = (cell: number) => String(run.trace.cells[cell]?.execution_count ?? cell + 1);
    return { label: t.graph.cells(name(fold.first), name(fold.last)), count };
  }
  const index = run.trace.scopes[fold.scope]?.index ?? null;
  return { label: index === null ? fold.label : t.graph.iteration(index, null), count };
}

export function faceOf(run: Run, card: Card, t: Messages, measure: Measure): CardFace {
  if (card.kind === "folded") {
    const { label, count } = foldLabel(run, card, t);
    const width = Math.max(measure(label, TYPE.note), measure(count, TYPE.aside) + 18) + 2 * PAD + 8;
    return { title: label, aside: count, note: null, rows: 0, height: FOLDED_HEIGHT, width: clamp(width) };
  }
  const title = titleOf(card, t);
  const aside = asideOf(card, t);
  const note: Note =
    card.requiresGrad || card.node !== null ? "gradient" : card.sharesWith.length > 0 ? "shares" : null;
  const band =
    measure(title, TYPE.title) +
    (aside ? measure(aside, TYPE.aside) + ASIDE_GAP : 0) +
    (card.gradFn ? FREED : 0);
  const value = valueSize(run, card, measure);
  const name = card.name ? measure(card.name, TYPE.name) + NAME_GAP : 0;
  const width = Math.max(band, name + value.width, noteWidth(run, card, note, t, measure)) + 2 * PAD;
  const height =
    BAND + (value.rows > 1 ? value.rows * TABLE_ROW + 10 : VALUE_ROW) + (note ? NOTE_ROW : 0) + BOTTOM;
  return { title, aside, note, rows: value.rows, width: clamp(width), height };
}

function clamp(width: number): number {
  return Math.ceil(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width)));
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

function valueSize(run: Run, card: Card, measure: Measure): { width: number; rows: number } {
  let width = 0;
  let rows = 1;
  if (card.tensor === null) return { width, rows };
  // Written in place, a storage has several versions: a handful is enough to know the width.
  for (let version = 0; version < MAX_VERSIONS; version++) {
    const numbers = run.numbers(card.tensor, version);
    if (!numbers) continue;
    const shown = showValue(numbers);
    if (shown.kind === "table") {
      const columns = shown.cells[0]?.length ?? 0;
      width = Math.max(width, columns * (columnWidth(shown.cells, measure) + COLUMN_GAP) + 8);
      rows = Math.max(rows, shown.cells.length);
    } else {
      width = Math.max(width, measure(shown.text, TYPE.value) + (shown.kind === "large" ? 90 : 0));
    }
  }
  return { width, rows };
}

export function columnWidth(cells: readonly (readonly string[])[], measure: Measure): number {
  return Math.max(...cells.flat().map((text) => measure(text, TYPE.value)));
}

function noteWidth(run: Run, card: Card, note: Note, t: Messages, measure: Measure): number {
  if (note === null) return 0;
  if (note === "shares") return measure(t.graph.shares(card.sharesWith.join(", ")), TYPE.note);
  const texts = gradientTexts(run, card);
  // A leaf's gradient changes in sight: was → is.
  const said = texts.map((text, index) =>
    card.kind === "leaf"
      ? gradientChange(t, index ? (texts[index - 1] ?? "") : "None", text)
      : `${t.graph.grad} ${text}`,
  );
  return Math.max(...[t.graph.noGradYet, ...said].map((text) => measure(text, TYPE.note)));
}

/** `grad [0, 0] → [1, 2]`. */
export function gradientChange(t: Messages, before: string, now: string): string {
  return `${t.graph.grad} ${before} → ${now}`;
}

/** Every gradient that the card will show in the course of the run. */
function gradientTexts(run: Run, card: Card): string[] {
  const { byNode, byTensor } = gradientValues(run);
  const values =
    card.kind === "leaf"
      ? (byTensor.get(card.tensor ?? -1) ?? [])
      : (byNode.get(`${card.node}:${card.output}`) ?? []);
  return values.map((value) => gradientText(numbersOf(run.trace, value)));
}

interface GradientValues {
  readonly byNode: Map<string, number[]>;
  readonly byTensor: Map<number, number[]>;
}

const gathered = new WeakMap<Run, GradientValues>();

function gradientValues(run: Run): GradientValues {
  const known = gathered.get(run);
  if (known) return known;
  const byNode = new Map<string, number[]>();
  const byTensor = new Map<number, number[]>();
  for (const event of run.trace.events) {
    if (event.kind === "vjp") {
      event.cotangents_in.forEach((value, output) => {
        if (value !== null) add(byNode, `${event.node}:${output}`, value);
      });
    } else if ((event.kind === "accumulate" || event.kind === "grad_cleared") && event.result !== null) {
      add(byTensor, event.tensor, event.result);
    }
  }
  const found = { byNode, byTensor };
  gathered.set(run, found);
  return found;
}

function add<K>(lists: Map<K, number[]>, key: K, value: number): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
