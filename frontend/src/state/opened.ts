/** What is opened for a step: what it suggests, and over that what the person opened and folded by hand. */
import { signal } from "@preact/signals";
import { STANDALONE } from "../build";
import type { Folding } from "../core/messages";
import { openAtFirst } from "../core/opening";
import type { Run } from "../core/run";
import type { Step } from "../core/types";
import { focusOf } from "../core/viewgraph";

/** Scopes that the person opened (true) or folded (false) by hand, over what the step suggests. */
export const chosen = signal<ReadonlyMap<number, boolean>>(new Map());
/** Components that the person opened beside the one in focus. */
export const added = signal<ReadonlySet<number>>(new Set());

/** What a hand opened or folded last: the other of two pictures goes along. */
export const folding = signal<Folding | null>(null);

export function setOpen(scopes: readonly number[], isOpen: boolean): void {
  setOpenToo(scopes, isOpen);
  if (!STANDALONE) folding.value = { kind: "scopes", scopes, isOpen };
}

/** As a hand did in the other of two pictures. */
export function setOpenToo(scopes: readonly number[], isOpen: boolean): void {
  const next = new Map(chosen.value);
  for (const scope of scopes) next.set(scope, isOpen);
  chosen.value = next;
}

export function addToFocus(components: Iterable<number>): void {
  added.value = new Set([...added.value, ...components]);
}

/** Another run has other scopes and components. */
export function forgetOpened(): void {
  chosen.value = new Map();
  if (!STANDALONE) folding.value = null;
  added.value = new Set();
}

/** A set as a text, so that an equal set is an equal value and starts nothing. */
const keyOf = (set: Iterable<number>) => [...set].sort((a, b) => a - b).join(",");
export const setOf = (key: string) => new Set(key === "" ? [] : key.split(",").map(Number));

interface Keys {
  readonly of: Run;
  readonly at: Step;
  readonly chosen: ReadonlyMap<number, boolean>;
  readonly added: ReadonlySet<number>;
  readonly open: string;
  readonly focus: string;
}

/** Those of the step and of the next: what was found for the next is at hand when it comes. */
let known: readonly Keys[] = [];

/** What a step opens, and what it is in. */
export function keysAt(of: Run, at: Step): Keys {
  const [byHand, beside] = [chosen.value, added.value];
  const found = known.find(
    (keys) => keys.at === at && keys.of === of && keys.chosen === byHand && keys.added === beside,
  );
  if (found) return found;
  const open = new Set(openAtFirst(of, at));
  for (const [scope, isOpen] of byHand) {
    if (isOpen) open.add(scope);
    else open.delete(scope);
  }
  const focus = keyOf([...focusOf(of, at), ...beside]);
  const keys = { of, at, chosen: byHand, added: beside, open: keyOf(open), focus };
  known = [keys, ...known.slice(0, 1)];
  return keys;
}
