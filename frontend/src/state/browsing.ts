/** The tensor whose every value is on view in a window of its own. */
import { signal } from "@preact/signals";
import type { Numbers } from "../core/values";

export interface Browsed {
  readonly name: string;
  readonly numbers: Numbers;
}

export const browsed = signal<Browsed | null>(null);
