/**
 * What is on screen as the fragment of an address: code, step and view. A browser never sends a fragment to a server.
 *
 * `#pair=detach&step=5` for two runs of the gallery, `&beside=…&as=kept` for other code that is run beside what is named.
 * `#lesson=kinks&step=12` for a lesson as it comes, `#code=…` (JSON, deflated, base64url) for any other notebook.
 * `&card=…` for the card that is selected; `open`, `fold`, `also`, `stretch`, `loop` for what a hand opened and folded;
 * `&vary=0:1,2.5` for numbers put in the place of those that an op gave; `why`, `predict`, `pane` for what is asked and where.
 */

import { pack, unpack } from "./deflate";

export interface LinkedCell {
  readonly source: string;
  readonly executionCount: number | null;
  readonly note: string;
}

/** A lesson by its id, or a notebook: one of the two. */
export interface Place {
  readonly lesson: string | null;
  readonly notebook: { readonly title: string; readonly cells: readonly LinkedCell[] } | null;
  /** Steps taken; null where nothing has been run. */
  readonly step: number | null;
  readonly grain: string | null;
  readonly picture: string | null;
  readonly language: string | null;
  /** What is shown beside it; `step` counts the rows of both then. */
  readonly beside?: Beside;
  /** What a hand did with the picture of the step; left out: nothing. */
  readonly hand?: Hand;
}

/** What a hand selected, opened, folded and varied: all by names that another run of the same code has too. */
export interface Hand {
  /** Numbers in the place of those that an op gave. */
  readonly varied: readonly (readonly [op: number, data: readonly number[]])[];
  /** The selected card's id. */
  readonly card: string | null;
  readonly opened: readonly number[];
  readonly folded: readonly number[];
  /** Components that are drawn beside the one in focus. */
  readonly components: readonly number[];
  readonly stretches: readonly string[];
  /** The loop whose panel is open. */
  readonly loop: number | null;
  /** Its tensor is asked why its gradient is what it is. */
  readonly asks: boolean;
  /** Gradients are predicted before they show. */
  readonly predicts: boolean;
  /** What a narrow screen shows; null: the graph. */
  readonly pane: string | null;
}

export const NO_HAND: Hand = {
  varied: [],
  card: null,
  opened: [],
  folded: [],
  components: [],
  stretches: [],
  loop: null,
  asks: false,
  predicts: false,
  pane: null,
};

/** A pair of the gallery by its id, or other code and what its run is called. */
export type Beside =
  | { readonly pair: string }
  | { readonly cells: readonly LinkedCell[]; readonly as: "kept" | "before" };

type Packed = [title: string, cells: [source: string, executionCount: number | null, note: string][]];

/** More code than this no browser takes in an address. */
export const LONGEST = 32_000;

/** The fragment, without its `#`; null if the code is too long for one. */
export async function writeLink(place: Place): Promise<string | null> {
  const parts: [string, string][] = [];
  const { beside } = place;
  if (beside && "pair" in beside) parts.push(["pair", beside.pair]);
  else if (place.lesson !== null) parts.push(["lesson", place.lesson]);
  else if (place.notebook) {
    parts.push(["code", await packed(place.notebook)]);
  }
  if (beside && "cells" in beside) {
    parts.push(["beside", await packed({ title: "", cells: beside.cells })], ["as", beside.as]);
  }
  if (parts.some(([, text]) => text.length > LONGEST)) return null;
  if (place.step !== null) parts.push(["step", String(place.step)]);
  if (place.grain !== null) parts.push(["by", place.grain]);
  if (place.picture !== null) parts.push(["picture", place.picture]);
  if (place.language !== null) parts.push(["lang", place.language]);
  if (place.hand) parts.push(...Object.entries(textsOf(place.hand)).filter(([, text]) => text !== ""));
  return new URLSearchParams(parts).toString();
}

/** By their names in a fragment; empty where there is nothing to say. */
function textsOf(hand: Hand): Readonly<Record<string, string>> {
  return {
    vary: hand.varied.map(([op, data]) => `${op}:${data.join()}`).join(";"),
    card: hand.card ?? "",
    open: hand.opened.join(),
    fold: hand.folded.join(),
    also: hand.components.join(),
    stretch: hand.stretches.join(),
    loop: hand.loop === null ? "" : String(hand.loop),
    why: hand.asks ? "1" : "",
    predict: hand.predicts ? "1" : "",
    pane: hand.pane ?? "",
  };
}

function handIn(given: URLSearchParams): { hand?: Hand } {
  const words = (name: string, between = ",") => given.get(name)?.split(between).filter(Boolean) ?? [];
  const numbers = (name: string) => words(name).map(Number).filter(Number.isSafeInteger);
  const hand: Hand = {
    varied: words("vary", ";").flatMap((text) => {
      const [, op = "", data = ""] = /^(\d+):(.+)$/.exec(text) ?? [];
      const numbers = data.split(",").map((number) => (number === "" ? Number.NaN : Number(number)));
      return numbers.every(Number.isFinite) ? [[Number(op), numbers] as const] : [];
    }),
    card: given.get("card"),
    opened: numbers("open"),
    folded: numbers("fold"),
    components: numbers("also"),
    stretches: words("stretch"),
    loop: numbers("loop")[0] ?? null,
    asks: given.has("why"),
    predicts: given.has("predict"),
    pane: given.get("pane"),
  };
  return Object.values(textsOf(hand)).some(Boolean) ? { hand } : {};
}

async function packed({ title, cells }: NonNullable<Place["notebook"]>): Promise<string> {
  const data: Packed = [
    title,
    cells.map(({ source, executionCount, note }) => [source, executionCount, note]),
  ];
  const text = JSON.stringify(data);
  const before = lastPacked.get(text);
  if (before !== undefined) return before;
  const code = toBase64(await pack(new TextEncoder().encode(text)));
  if (lastPacked.size >= AT_ONCE) lastPacked.clear();
  lastPacked.set(text, code);
  return code;
}

/** The code on screen and that beside it. */
const AT_ONCE = 2;

/** Where only the step is another, an address is written anew without packing the code again. */
const lastPacked = new Map<string, string>();

/** The place that a fragment names; null if it names none, or not one that can be read. */
export async function readLink(fragment: string): Promise<Place | null> {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const lesson = given.get("lesson");
  const code = given.get("code");
  const pair = given.get("pair");
  if (lesson === null && code === null && pair === null) return null;
  const step = Number.parseInt(given.get("step") ?? "", 10);
  try {
    return {
      lesson,
      notebook: lesson === null && code !== null ? await unpacked(code) : null,
      step: Number.isNaN(step) ? null : step,
      grain: given.get("by"),
      picture: given.get("picture"),
      language: given.get("lang"),
      ...(await besideIn(given)),
      ...handIn(given),
    };
  } catch {
    return null;
  }
}

async function besideIn(given: URLSearchParams): Promise<{ beside?: Beside }> {
  const [pair, code] = [given.get("pair"), given.get("beside")];
  if (pair !== null) return { beside: { pair } };
  if (code === null) return {};
  const { cells } = await unpacked(code);
  return { beside: { cells, as: given.get("as") === "before" ? "before" : "kept" } };
}

/** Throws what JSON, base64 or the stream throw, and TypeError for what is no notebook. */
async function unpacked(code: string): Promise<NonNullable<Place["notebook"]>> {
  const bytes = await unpack(fromBase64(code));
  const data: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  if (!Array.isArray(data) || typeof data[0] !== "string" || !Array.isArray(data[1])) throw new TypeError();
  const cells = data[1].map((cell: unknown): LinkedCell => {
    const [source, executionCount, note] = Array.isArray(cell) ? (cell as unknown[]) : [];
    if (typeof source !== "string" || typeof note !== "string") throw new TypeError();
    return { source, executionCount: typeof executionCount === "number" ? executionCount : null, note };
  });
  return { title: data[0], cells };
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
