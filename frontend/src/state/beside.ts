/** A player that shows one of two runs: which one, and how the page around wants it to look. */
import { signal } from "@preact/signals";
import type { Aim, Beside, Folding } from "../core/messages";

export type SideId = "a" | "b";

/** Null: this player shows the only run. */
export const side = signal<SideId | null>(null);
export const beside = signal<Beside | null>(null);
/** How the other picture is looked at. */
export const aimed = signal<Aim | null>(null);
/** What was opened or folded last in the other picture. */
export const foldedThere = signal<Folding | null>(null);
