/** What stands on the card of an autograd node: its name, what it saved with the versions, the cotangent. */
import type { Run } from "../core/run";
import type { Card } from "../core/types";
import type { Messages } from "../i18n/en";
import type { Saved } from "../schema/trace";
import { ASIDE_GAP, BAND, BOTTOM, type CardFace, clamp, FREED, markWidth, NOTE_ROW, PAD } from "./face";
import { type Measure, TYPE } from "./measure";

export const SAVED_ROW = 22;
/** More saved values than this are counted, not listed. */
const MOST = 4;
const LONGEST = 14;

/** One value that a node keeps for its VJP. */
export interface Keepsake {
  readonly name: string;
  readonly what: string;
  readonly saved: Saved | null;
}

export function keepsakes(run: Run, node: number, t: Messages): Keepsake[] {
  const { saved, variable } = run.trace.nodes[node] ?? { saved: [], variable: null };
  if (variable !== null) return [{ name: "variable", what: nameOf(run, variable), saved: null }];
  const listed = saved.slice(0, saved.length > MOST ? MOST - 1 : MOST).map((each) => ({
    name: each.name,
    what: each.tensor === null ? shorten(each.text) : nameOf(run, each.tensor),
    saved: each,
  }));
  const left = saved.length - listed.length;
  return left > 0 ? [...listed, { name: t.graph.moreSaved(left), what: "", saved: null }] : listed;
}

/** The version that a saved tensor was of; null for what is no tensor. */
export function versionOf({ saved }: Keepsake): number | null {
  return saved && saved.tensor !== null ? saved.version : null;
}

export function nodeFace(run: Run, card: Card, t: Messages, measure: Measure): CardFace {
  const kept = card.node === null ? [] : keepsakes(run, card.node, t);
  const aside = card.gradFn === null ? "" : t.graph.sequence(card.gradFn);
  const band =
    measure(card.title, TYPE.title) +
    (aside ? measure(aside, TYPE.aside) + ASIDE_GAP : 0) +
    FREED +
    markWidth(run, card, measure);
  const rows = kept.map(({ name, what }) => measure(`${name} = ${what}  v0 → v10`, TYPE.note) + 14);
  return {
    title: card.title,
    aside,
    note: "gradient",
    valueHeight: savedHeight(kept.length),
    nameHeight: 0,
    noteHeight: NOTE_ROW,
    width: clamp(Math.max(band, measure(t.graph.noGradYet, TYPE.note), ...rows) + 2 * PAD),
    height: BAND + savedHeight(kept.length) + NOTE_ROW + BOTTOM,
  };
}

function savedHeight(rows: number): number {
  return rows ? rows * SAVED_ROW + 8 : 0;
}

function nameOf(run: Run, tensor: number): string {
  return run.namesUntil(tensor, run.trace.events.length)[0] ?? `[${run.trace.tensors[tensor]?.shape ?? ""}]`;
}

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
