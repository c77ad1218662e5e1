/** In the place of what knows of failed calls, in a file that plays by itself and whose run has none. */
import { signal } from "@preact/signals";
import type * as All from "./calls";

export const calls: typeof All.calls = signal(null);
