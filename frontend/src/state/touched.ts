/** When a page is no longer only opened: something was run, written, chosen, or its address was changed by hand. */
import { effect } from "@preact/signals";
import { cells, lesson, openings } from "./cells";
import { run, sent } from "./run";
import type { Open } from "./visits";

/** `act` is told what was open before that. */
export function onceTouched(act: (byAddress: boolean, before: Open) => void): void {
  let isDone = false;
  const once = (byAddress: boolean, before: Open) => {
    if (isDone) return;
    isDone = true;
    removeEventListener("hashchange", onAddress);
    act(byAddress, before);
  };
  const onAddress = () => once(true, openNow());
  let before: { run: unknown; open: Open } | null = null;
  effect(() => {
    const now = { run: run.value, open: openNow() };
    if (before !== null || now.run !== null) once(false, before?.open ?? now.open);
    before = now;
  });
  addEventListener("hashchange", onAddress);
}

export function openNow(): Open {
  return {
    lesson: lesson.value?.id ?? null,
    opening: openings.value,
    sources: cells.value.map(({ source }) => source.value),
    hasRun:
      sent.value.length === cells.value.length &&
      sent.value.every(({ cell, source }, at) => cell === cells.value[at] && source === cell.source.value),
  };
}
