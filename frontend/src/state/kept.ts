/** A run that was kept to be compared with those after it. */
import { signal } from "@preact/signals";
import type { Run } from "../core/run";
import { run } from "./run";

export const kept = signal<Run | null>(null);

/** Keeps the run on screen; or lets go of the one that is kept. */
export function toggleKept(): void {
  kept.value = kept.value ? null : run.value;
}
