/** Key presses to what they do on this page. */
import { STANDALONE } from "./build";
import type { Card } from "./core/types";
import { words } from "./i18n";
import { type Command, commandOf, type Focus, speedOfDigit } from "./keys";
import { fitDrawing } from "./state/camera";
import { subject, toError, toMade, toNextBackward, toNextTouch } from "./state/jumps";
import { kept, showKept, toggleKept } from "./state/kept";
import { moveByIteration } from "./state/loop";
import { penDown, wipe } from "./state/pen";
import { first, last, next, playing, previous, togglePlay } from "./state/player";
import { startRun } from "./state/request";
import { run } from "./state/run";
import { scene } from "./state/scene";
import {
  asking,
  blank,
  helpOpen,
  laser,
  legendOpen,
  paletteOpen,
  pane,
  picture,
  presenting,
  revealing,
  SPEAKER,
  selected,
  togglePicture,
} from "./state/screen";
import { onlyPlays } from "./state/server";
import { changeTextScale, speed } from "./state/settings";
import { tell } from "./state/told";

const ACTIONS: Record<Command, (key: string) => unknown> = {
  next,
  previous,
  first,
  last,
  play: togglePlay,
  toMade: () => withSubject(toMade),
  toNextTouch: () => withSubject(toNextTouch),
  toNextBackward,
  toError,
  previousIteration: () => moveByIteration(-1),
  nextIteration: () => moveByIteration(1),
  speed: (digit) => {
    speed.value = speedOfDigit(digit);
  },
  present: () => {
    presenting.value = !presenting.value;
  },
  fullscreen: () => {
    // Refused inside a frame that does not allow it: then there is no full screen.
    if (document.fullscreenElement) void document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => undefined);
  },
  blank: () => {
    playing.value = false;
    blank.value = !blank.value;
  },
  laser: () => {
    laser.value = !laser.value;
  },
  pen: () => {
    penDown.value = !penDown.value;
  },
  wipe,
  reveal: () => {
    revealing.value = !revealing.value;
  },
  speaker: () => {
    if (STANDALONE) return;
    // At once: after a wait Safari takes the window for an advertisement.
    window.open(`${location.pathname}?${SPEAKER}`, "gradwalk-speaker", "width=820,height=720");
    void import("./state/speaker").then(({ tellSpeaker }) => tellSpeaker());
  },
  larger: () => changeTextScale(1),
  smaller: () => changeTextScale(-1),
  picture: togglePicture,
  keep: toggleKept,
  // Where both runs are side by side, it has these keys itself.
  nextDifference: showKept,
  previousDifference: showKept,
  fit: () => {
    const layout = scene.value?.layout;
    if (layout) fitDrawing({ x: 0, y: 0, width: layout.width, height: layout.height });
  },
  why: () => {
    asking.value = !asking.value;
    // A narrow screen has the answer in another pane than the picture.
    if (asking.value && !presenting.value) pane.value = "details";
  },
  search: () => {
    paletteOpen.value = run.value !== null;
  },
  legend: () => {
    legendOpen.value = !legendOpen.value && run.value !== null;
  },
  help: () => {
    helpOpen.value = !helpOpen.value;
  },
  run: () => void startRun(),
};

/** What a key has changed that a screen reader is not told by where the focus is, or by what stands there. */
const TOLD: Partial<Record<Command, () => string>> = {
  speed: () => `${words.value.transport.speed} ${words.value.transport.speeds(speed.value)}`,
  present: () => isOn("present", presenting.value),
  reveal: () => isOn("reveal", revealing.value),
  picture: () => (picture.value === "backward" ? "grad_fn" : words.value.inspector.value),
  keep: () => (kept.value ? words.value.compare.change : isOn("keep", false)),
};

function isOn(command: Command, on: boolean): string {
  const { commands, help } = words.value;
  return `${{ ...commands, ...help.commands }[command]}: ${on ? commands.on : commands.off}`;
}

/** What a page that only plays has not. */
const NEEDS_MORE: readonly Command[] = [
  "run",
  "keep",
  "nextDifference",
  "previousDifference",
  "speaker",
  "legend",
];

export function isPossible(command: Command): boolean {
  return !onlyPlays.value || !NEEDS_MORE.includes(command);
}

function withSubject(jump: (card: Card) => boolean): boolean {
  const card = subject();
  return card !== undefined && jump(card);
}

/** Starts listening; gives the way to stop. */
export function listenToKeys(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    if (event.key === "Escape") {
      leaveInnermost();
      return;
    }
    // A dialog has its own keys.
    if (paletteOpen.value) return;
    if (helpOpen.value && event.key !== "?") return;
    const command = commandOf(event, focusOf(event.target));
    if (command === null || !isPossible(command)) return;
    event.preventDefault();
    ACTIONS[command](event.key);
    const change = STANDALONE || onlyPlays.value ? null : TOLD[command];
    if (change) tell(change());
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}

/** Out of the innermost thing that one can be in. */
function leaveInnermost(): void {
  if (blank.value) blank.value = false;
  else if (laser.value) laser.value = false;
  else if (penDown.value) penDown.value = false;
  else if (legendOpen.value) legendOpen.value = false;
  else if (asking.value) asking.value = false;
  else if (selected.value !== null) selected.value = null;
  else if (presenting.value && !document.fullscreenElement) presenting.value = false;
}

export function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof Element)) return "page";
  if (target.closest("textarea, [contenteditable]")) return "text";
  if (target instanceof HTMLInputElement && target.type !== "range") return "field";
  // The steps' own slider moves by the same keys in the same directions; a button takes only the space bar.
  if (target instanceof HTMLInputElement)
    return !STANDALONE && target.closest(".what-if") ? "slider" : "page";
  if (target.closest("select")) return "text";
  if (target.closest("button, a, [role=button]")) return "control";
  return target.closest(".side-scroll, .scroller, .sentence") ? "scroller" : "page";
}
