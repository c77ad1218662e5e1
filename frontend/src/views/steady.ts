/** What a view reads of the step: it is drawn anew when that changes, and not with each step. */
import { computed } from "@preact/signals";
import { type Inputs, useMemo } from "preact/hooks";

/** `inputs`: what `compute` depends on besides signals. */
export function useSteady<T>(compute: () => T, inputs: Inputs): T {
  return useMemo(() => computed(compute), inputs).value;
}
