/** Brings a stretch of code into sight, and leaves everything where it is if it can be seen already. */
import { wantsStillness } from "../../state/screen";

/** Free space kept above and below what is brought into sight, in pixels. */
const MARGIN = 56;

/** `sight` is in the coordinates of the window. */
export function scrollIntoSight(element: HTMLElement, sight: { top: number; bottom: number }): void {
  const pane = element.closest<HTMLElement>(".scroller");
  if (!pane) return;
  const frame = pane.getBoundingClientRect();
  if (frame.height === 0) return;
  const above = sight.top - MARGIN - frame.top;
  const below = sight.bottom + MARGIN - frame.bottom;
  if (above >= 0 && below <= 0) return;
  // A third from the top: what comes next in the code is then in sight as well.
  const target = pane.scrollTop + (sight.top - frame.top) - frame.height / 3;
  pane.scrollTo({ top: target, behavior: wantsStillness() ? "instant" : "smooth" });
}
