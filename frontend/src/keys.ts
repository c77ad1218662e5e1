/** The key map: one table from keys to commands, read by the page and listed by its help. No DOM. */
import { STANDALONE } from "./build";

/** What a key can ask the page to do. */
export type Command =
  | "next"
  | "previous"
  | "first"
  | "last"
  | "play"
  | "toMade"
  | "toNextTouch"
  | "toNextBackward"
  | "toError"
  | "previousIteration"
  | "nextIteration"
  | "fullscreen"
  | "present"
  | "blank"
  | "laser"
  | "pen"
  | "wipe"
  | "reveal"
  | "speaker"
  | "larger"
  | "smaller"
  | "fit"
  | "picture"
  | "keep"
  | "nextDifference"
  | "previousDifference"
  | "why"
  | "search"
  | "legend"
  | "help"
  | "run"
  | "speed";

/** The part of a keyboard event that decides. */
export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

export interface Binding {
  readonly command: Command;
  readonly keys: readonly string[];
  /** As printed on the key caps, for the help, where that is not what the keys are called. */
  readonly caps?: readonly string[];
}

// A file that plays by itself has nothing that these ask for.
const SPEAKING: readonly Binding[] = [{ command: "speaker", keys: ["s"] }];
const COMPARING: readonly Binding[] = [
  { command: "keep", keys: ["k"] },
  { command: "nextDifference", keys: ["x"] },
  { command: "previousDifference", keys: ["z"] },
];
const ABOUT_SIGNS: readonly Binding[] = [{ command: "legend", keys: ["h"] }];

/** PageUp and PageDown are what a presenter's clicker sends. */
export const BINDINGS: readonly Binding[] = [
  { command: "next", keys: ["ArrowRight", "ArrowDown", "PageDown"], caps: ["→", "↓", "PgDn"] },
  { command: "previous", keys: ["ArrowLeft", "ArrowUp", "PageUp"], caps: ["←", "↑", "PgUp"] },
  { command: "first", keys: ["Home"] },
  { command: "last", keys: ["End"] },
  { command: "play", keys: [" "], caps: ["Space"] },
  { command: "toMade", keys: ["m"] },
  { command: "toNextTouch", keys: ["n"] },
  { command: "toNextBackward", keys: ["d"] },
  { command: "toError", keys: ["e"] },
  { command: "previousIteration", keys: ["["] },
  { command: "nextIteration", keys: ["]"] },
  { command: "speed", keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], caps: ["1", "9"] },
  { command: "present", keys: ["p"] },
  { command: "fullscreen", keys: ["f"] },
  { command: "blank", keys: ["b", "."], caps: ["B"] },
  { command: "laser", keys: ["l"] },
  { command: "pen", keys: ["i"] },
  { command: "wipe", keys: ["c"] },
  { command: "reveal", keys: ["r"] },
  ...(STANDALONE ? [] : SPEAKING),
  { command: "larger", keys: ["+", "="], caps: ["+"] },
  { command: "smaller", keys: ["-", "_"], caps: ["−"] },
  { command: "picture", keys: ["g"] },
  ...(STANDALONE ? [] : COMPARING),
  { command: "fit", keys: ["0"] },
  { command: "why", keys: ["w"] },
  { command: "search", keys: ["/"] },
  ...(STANDALONE ? [] : ABOUT_SIGNS),
  { command: "help", keys: ["?"] },
];

/** Steps a second for the digits 1 to 9. */
const STEPS_PER_SECOND = [0.25, 0.5, 0.75, 1, 1.5, 2, 4, 8, 16] as const;

/** The speed a digit key stands for. */
export function speedOfDigit(digit: string): number {
  return STEPS_PER_SECOND[Number(digit) - 1] ?? 1;
}

/** Every speed there is, slowest first. */
export const SPEEDS: readonly number[] = STEPS_PER_SECOND;

/** Where the focus is: a text takes every key, a field of one line all but a clicker's, a button keeps the one that presses it, a
 * part that scrolls the arrows up and down, a slider those that pull it. */
export type Focus = "page" | "control" | "scroller" | "slider" | "field" | "text";

const ALONG = ["ArrowUp", "ArrowDown"];
const KEPT: Record<Exclude<Focus, "field" | "text">, readonly string[]> = {
  page: [],
  control: [" "],
  scroller: ALONG,
  slider: [...ALONG, "ArrowLeft", "ArrowRight", "Home", "End"],
};

/** The command of a key press, or null if the key is not the page's to take. */
export function commandOf(press: KeyPress, focus: Focus): Command | null {
  if (press.key.toLowerCase() === "k" && (press.ctrlKey || press.metaKey)) return "search";
  if (press.key === "Enter" && (press.ctrlKey || press.metaKey)) return "run";
  if (focus === "text" || press.ctrlKey || press.metaKey || press.altKey) return null;
  if (focus === "field" ? !press.key.startsWith("Page") : KEPT[focus].includes(press.key)) return null;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  return BINDINGS.find((binding) => binding.keys.includes(key))?.command ?? null;
}
