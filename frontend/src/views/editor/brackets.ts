/** Marks the bracket beside the cursor and its partner in the code field that has the focus. */
import { type Brackets, bracketsAt, type Place } from "../../core/brackets";
import { linesIn, type WrittenLines } from "./written-lines";
import "../../style/brackets.css";

/** Until the field is left; one that has been left already is not marked. */
export function mark(box: HTMLTextAreaElement): void {
  const lines = box.previousElementSibling && linesIn(box.previousElementSibling);
  const layer = box.parentElement;
  if (!lines || !layer || document.activeElement !== box) return;
  let frame = 0;
  // In the next frame the letters stand where this text has them.
  const follow = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => draw(layer, lines, found(box)));
  };
  const sizes = new ResizeObserver(follow);
  const leave = () => {
    cancelAnimationFrame(frame);
    sizes.disconnect();
    document.removeEventListener("selectionchange", follow);
    box.removeEventListener("input", follow);
    draw(layer, lines, null);
  };
  sizes.observe(box);
  document.addEventListener("selectionchange", follow);
  box.addEventListener("input", follow);
  box.addEventListener("blur", leave, { once: true });
}

function found({ value, selectionStart, selectionEnd }: HTMLTextAreaElement): Brackets | null {
  return selectionStart === selectionEnd ? bracketsAt(value, selectionStart) : null;
}

function draw(layer: HTMLElement, lines: WrittenLines, brackets: Brackets | null): void {
  for (const old of layer.querySelectorAll(".bracket")) old.remove();
  if (!brackets) return;
  const { own, partner } = brackets;
  for (const place of partner ? [own, partner] : [own]) {
    const made = markAt(layer, lines, place);
    if (made) made.dataset.matched = String(partner !== null);
  }
}

function markAt(layer: HTMLElement, lines: WrittenLines, { line, column }: Place): HTMLElement | null {
  const box = lines.boxOf(line, column);
  if (!box) return null;
  const origin = layer.getBoundingClientRect();
  const made = document.createElement("span");
  made.className = "bracket";
  made.dataset.testid = "bracket";
  made.ariaHidden = "true";
  const place = {
    left: box.left - origin.left,
    top: box.top - origin.top,
    width: box.width,
    height: box.height,
  };
  for (const [side, length] of Object.entries(place)) made.style.setProperty(side, `${length}px`);
  layer.append(made);
  return made;
}
