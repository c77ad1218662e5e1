/** What a screen reader is told that nothing else says: what a key has changed, out of sight of who does not see. */
import { signal } from "@preact/signals";

export const told = signal("");

/** The same words twice are told twice: a region that does not change is not read. */
export function tell(text: string): void {
  told.value = text === told.value ? `${text}\u00a0` : text;
}
