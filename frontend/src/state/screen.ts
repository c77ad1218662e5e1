/** How the page is set up at the moment: what is forgotten when it is left. */
import { computed, signal } from "@preact/signals";
import type { Translated } from "../i18n/languages";

export type Pane = "code" | "graph" | "details";

/** The pane that a narrow screen shows. */
export const pane = signal<Pane>("graph");
/** What the picture shows: tensors and their values, or the nodes of the backward graph. */
export const picture = signal<"values" | "backward">("values");
/** In the address of the speaker's own window. */
export const SPEAKER = "speaker";
export const presenting = signal(false);
/** Gradients are predicted before they show. */
export const revealing = signal(false);
export const blank = signal(false);
export const laser = signal(false);
export const helpOpen = signal(false);
/** What the signs in the picture mean. */
export const legendOpen = signal(false);
/** The search over the run. */
export const paletteOpen = signal(false);
/** The card that was clicked, by its id; null: the inspector follows the step. */
export const selected = signal<string | null>(null);
/** Each tensor that is inspected is asked why its gradient is what it is. */
export const asking = signal(false);
/** What the browser's tab and its history call what is open; empty as long as the page was only opened. */
export const called = signal<string | Translated>("");
/** What just went wrong with opening a file. */
export const notice = signal<string | null>(null);

export function togglePicture(): void {
  picture.value = picture.value === "values" ? "backward" : "values";
}

/** The pane that is shown: presenting has no details. */
export const shownPane = computed<Pane>(() =>
  presenting.value && pane.value === "details" ? "graph" : pane.value,
);

/** The person asked their system for less movement. */
export function wantsStillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
