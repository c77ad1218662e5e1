/** Brings a stretch of code into sight, and leaves everything where it is if it can be seen already. */
import { wantsStillness } from "../../state/screen";

/** Free space kept above and below what is brought into sight, in pixels; less where there is little room. */
const MARGIN = 56;

/** `sight` is in the coordinates of the window. */
export function scrollIntoSight(element: HTMLElement, sight: { top: number; bottom: number }): void {
  const pane = element.closest<HTMLElement>(".scroller");
  if (!pane) return;
  const frame = pane.getBoundingClientRect();
  if (frame.height === 0) return;
  // All of the cell with its outputs, if it fits; else the lines alone.
  const cell = element.closest(".cell")?.getBoundingClientRect();
  const margin = Math.min(MARGIN, frame.height / 4);
  const fits = cell && cell.height < frame.height - margin;
  const [top, bottom] = fits ? [cell.top, cell.bottom] : [sight.top - margin, sight.bottom + margin];
  if (top >= frame.top && bottom <= frame.bottom) return;
  // A third from the top, what comes next in the code is in sight as well.
  const room = fits ? (frame.height - cell.height) / 2 : frame.height / 3;
  const target = pane.scrollTop + (top - frame.top) - Math.max(0, room);
  pane.scrollTo({ top: target, behavior: wantsStillness() ? "instant" : "smooth" });
}
