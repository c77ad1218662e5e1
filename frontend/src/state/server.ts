/** What the page knows of the server it came from: how well that keeps what it runs away from everything else. */
import { signal } from "@preact/signals";
import { type Isolation, requestIsolation } from "../api";
import { STANDALONE } from "../build";

/** A run is played and nothing else: no code is changed and nothing is run at a person's wish. */
export const onlyPlays = signal<boolean>(STANDALONE);

/** Null until it is known; unknown it stays if the server does not say. */
export const isolation = signal<Isolation | null>(null);
/** The banner about it was put away. */
export const isolationSeen = signal(false);

export async function askForIsolation(): Promise<void> {
  isolation.value = await requestIsolation();
}
