/**
 * What is on screen as the fragment of an address: code, step and view. A browser never sends a fragment to a server.
 *
 * `#pair=detach&step=5` for two runs of the gallery, `&beside=…&as=kept` for other code that is run beside what is named.
 * `#lesson=kinks&step=12` for a lesson as it comes, `#code=…` (JSON, deflated, base64url) for any other notebook.
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
}

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
  return new URLSearchParams(parts).toString();
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
