/** Keys while two runs are side by side: those that step move both, and what belongs to one run's page is not there. */

import { focusOf } from "../../keyboard";
import { type Command, commandOf } from "../../keys";
import {
  closePair,
  first,
  fits,
  last,
  next,
  previous,
  stopComparing,
  toDifference,
  togglePlay,
} from "../../state/paired";
import { penDown } from "../../state/pen";
import { blank, helpOpen, laser, presenting } from "../../state/screen";

const ACTIONS: Partial<Record<Command, () => void>> = {
  next,
  previous,
  first,
  last,
  play: togglePlay,
  nextDifference: () => toDifference(1),
  previousDifference: () => toDifference(-1),
  keep: stopComparing,
  fit: () => {
    fits.value++;
  },
};

/** What means here what it means on the page. */
const SHARED: readonly Command[] = [
  "speed",
  "present",
  "fullscreen",
  "blank",
  "laser",
  "pen",
  "wipe",
  "larger",
  "smaller",
  "picture",
  "help",
];

/** Listens before the page does; gives the way to stop. */
export function listenToPairKeys(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      const isInside = blank.value || laser.value || penDown.value || presenting.value || helpOpen.value;
      if (isInside || document.fullscreenElement) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      closePair();
      return;
    }
    if (helpOpen.value) return;
    const command = commandOf(event, focusOf(event.target));
    if (command === null || SHARED.includes(command)) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    ACTIONS[command]?.();
  };
  addEventListener("keydown", onKey, true);
  return () => removeEventListener("keydown", onKey, true);
}
