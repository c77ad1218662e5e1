/**
 * What an embedded player and the page around it say to each other by `postMessage`, version 1.
 *
 * Every message is an object with `gradwalk: 1` and a `type`. What is unknown is passed over on both sides, so that later
 * versions may say more. The player says nothing of code or values: whoever frames it learns steps and states only.
 */

import { STANDALONE } from "../build";
import type { RunMarks } from "./pair/marks";

export const PROTOCOL = 1;
/** The event by which one of two players is handed its run as it is: a message would copy it, and it would be opened anew. */
export const HANDED = "gradwalk-run";

/** From the player. `ready`: it listens. `run`: a run is on view. `step`: another step is. `over`: the last step is. */
export type Told =
  | { readonly type: "ready" }
  | { readonly type: "run"; readonly steps: number; readonly status: string }
  | {
      readonly type: "step";
      readonly step: number;
      readonly steps: number;
      readonly direction: string;
      /** The page around asked for it; false where the reader moved, or the player by itself. */
      readonly asked: boolean;
    }
  | { readonly type: "over"; readonly steps: number }
  | { readonly type: "failed"; readonly reason: string }
  // Of one of two runs only (`views/pair/`): a hand has moved its picture; has opened or folded something.
  | { readonly type: "moved"; readonly aim: Aim }
  | { readonly type: "folded"; readonly folding: Folding };

/** To the player. `set` has the names and values of a fragment (`wishes.ts`); `open` has a trace document. */
export type Asked =
  | { readonly type: "go"; readonly step: number }
  | { readonly type: "play" }
  | { readonly type: "pause" }
  | { readonly type: "set"; readonly options: Readonly<Record<string, string>> }
  | { readonly type: "open"; readonly trace: unknown; readonly title: string }
  | { readonly type: "beside"; readonly look: Beside }
  | { readonly type: "marks"; readonly marks: RunMarks }
  | { readonly type: "aim"; readonly aim: Aim }
  | { readonly type: "fold"; readonly folding: Folding };

/** How a picture is looked at, by where in the frame cards of it are seen: another picture can be looked at so too. */
export interface Aim {
  /** The zoom. */
  readonly k: number;
  /** Cards about the middle, nearest first, with the place of their upper left corner. */
  readonly cards: readonly { readonly id: string; readonly x: number; readonly y: number }[];
  readonly smooth: boolean;
}

/** What is opened or folded: scopes, a loop's panel, or (only opened) other graphs and stretches of long runs, by the ops in them. */
export type Folding =
  | { readonly kind: "scopes" | "loop"; readonly scopes: readonly number[]; readonly isOpen: boolean }
  | { readonly kind: "cells" | "stretch"; readonly ops: readonly number[] };

/** How a player looks that shows one of two runs (`views/pair/`); only this page's own are told. */
export interface Beside {
  /** The row of both runs that is on view, by which what is marked is known. */
  readonly row: number;
  /** By cell, the lines that the other run's code has not. */
  readonly changed: readonly (readonly number[])[];
  /** The step on view is the other run's only: this one stands. */
  readonly stands: boolean;
  readonly presenting: boolean;
  readonly textScale: number;
  /** Goes up each time that all of the picture is to be fitted. */
  readonly fits: number;
}

export function written(message: Told): Told & { readonly gradwalk: typeof PROTOCOL } {
  return { gradwalk: PROTOCOL, ...message };
}

const isObject = (data: unknown): data is object => typeof data === "object" && data !== null;

/** The message that some data is; null if it is none, or one that is not understood. */
export function readAsked(data: unknown): Asked | null {
  if (!isObject(data)) return null;
  const { gradwalk, type, step, options, trace, title } = data as Record<string, unknown>;
  if (gradwalk !== PROTOCOL) return null;
  if (type === "play" || type === "pause") return { type };
  if (type === "go") return typeof step === "number" && Number.isFinite(step) ? { type, step } : null;
  if (type === "open") return { type, trace, title: typeof title === "string" ? title : "" };
  if (type !== "set" || !isObject(options)) return STANDALONE ? null : readOfTwo(data);
  const entries = Object.entries(options).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return { type, options: Object.fromEntries(entries) };
}

/** What one of two players is told: a player in a file of its own never is. */
function readOfTwo(data: object): Asked | null {
  const { type, look, marks, aim, folding } = data as Record<string, unknown>;
  if (type === "beside") return isObject(look) ? { type, look: look as Beside } : null;
  if (type === "aim") return isObject(aim) ? { type, aim: aim as Aim } : null;
  if (type === "fold") return isObject(folding) ? { type, folding: folding as Folding } : null;
  if (type === "marks") return isObject(marks) ? { type, marks: marks as RunMarks } : null;
  return null;
}
