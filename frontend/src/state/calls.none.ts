/** In the place of what knows of failed calls, in the file that plays by itself: it would be too large with it. */
import { signal } from "@preact/signals";
import type * as All from "./calls";

export const calls: typeof All.calls = signal(null);
