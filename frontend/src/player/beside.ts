/** A player that is one of two: it looks as the page around says, and what keys mean is for that page to say. */
import { effect } from "@preact/signals";
import { HANDED } from "../core/messages";
import type { Run } from "../core/run";
import { focusOf } from "../keyboard";
import { aimed, beside, type SideId, side } from "../state/beside";
import { fitDrawing } from "../state/camera";
import { showGiven } from "../state/given";
import { scene } from "../state/scene";
import { picture, presenting } from "../state/screen";
import { textScale } from "../state/settings";
import { markCode } from "./mark-code";
import { heeding } from "./talk";
import { foldTogether, lookAlong, moveTogether } from "./together";
import "../style/beside.css";

export function besideAnother(which: SideId): void {
  side.value = which;
  addEventListener(HANDED, (event) => heeding(() => showGiven((event as CustomEvent<Run>).detail, "")));
  markCode();
  fitOtherPictures();
  moveTogether();
  foldTogether();
  effect(() => {
    if (aimed.value) lookAlong(aimed.value);
  });
  let fits = 0;
  effect(() => {
    const look = beside.value;
    if (!look) return;
    presenting.value = look.presenting;
    textScale.value = look.textScale;
    const layout = scene.peek()?.layout;
    if (look.fits !== fits && layout) fitDrawing({ x: 0, y: 0, width: layout.width, height: layout.height });
    fits = look.fits;
  });
}

/** Another kind of picture has another size: all of it is shown at first. */
function fitOtherPictures(): void {
  let shown = picture.peek();
  effect(() => {
    const layout = scene.value?.layout;
    if (!layout || picture.peek() === shown) return;
    shown = picture.peek();
    fitDrawing({ x: 0, y: 0, width: layout.width, height: layout.height });
  });
}

/** Gives every key that is not taken here to the page around, as if it had been pressed there; gives the way to stop. */
export function passKeysOn(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || parent === window) return;
    const focus = focusOf(event.target);
    if (focus === "control" && (event.key === " " || event.key === "Enter")) return;
    if (focus === "scroller" && (event.key === "ArrowUp" || event.key === "ArrowDown")) return;
    const { key, code, shiftKey, ctrlKey, metaKey, altKey } = event;
    try {
      const init = { key, code, shiftKey, ctrlKey, metaKey, altKey, cancelable: true, bubbles: true };
      // On its way to the document it meets who listens first; at the window itself all are alike. True where nobody took it.
      const isLeft = parent.document.dispatchEvent(new KeyboardEvent("keydown", init));
      if (!isLeft) event.preventDefault();
    } catch {
      // Another site's page: it has its own keys.
    }
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}
