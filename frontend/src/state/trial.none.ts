/** In the place of trials where nothing can be run: what mends for certain is told, what would have to be tried is not. */
import { computed } from "@preact/signals";
import { diagnosis } from "./diagnosis";
import type * as All from "./trial";

export const mending: typeof All.mending = computed(() =>
  diagnosis.value ? { fix: diagnosis.value.fix, trial: null } : null,
);
