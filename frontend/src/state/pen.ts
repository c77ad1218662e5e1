/** What was drawn over the page, and whether the pen is in the hand. */
import { signal } from "@preact/signals";

export const penDown = signal(false);
/** Paths, in the window's pixels. */
export const strokes = signal<readonly string[]>([]);

export function wipe(): void {
  strokes.value = [];
}
