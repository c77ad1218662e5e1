/** In the place of `kept.ts` where nothing can be run: there is only one run. */
import { signal } from "@preact/signals";
import type { Run } from "../core/run";

export const kept = signal<Run | null>(null);
export function toggleKept(): void {}
export function showKept(): void {}
