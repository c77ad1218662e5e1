/** When a page is no longer only opened: something was run, written, chosen, or its address was changed by hand. */
import { effect } from "@preact/signals";
import { cells, lesson } from "./cells";
import { run } from "./run";

export function onceTouched(act: (byAddress: boolean) => void): void {
  let isDone = false;
  const once = (byAddress: boolean) => {
    if (isDone) return;
    isDone = true;
    removeEventListener("hashchange", onAddress);
    act(byAddress);
  };
  const onAddress = () => once(true);
  let before: readonly unknown[] | null = null;
  effect(() => {
    const now = [run.value, lesson.value, ...cells.value.map(({ source }) => source.value)];
    if (before !== null || now[0] !== null) once(false);
    before = now;
  });
  addEventListener("hashchange", onAddress);
}
