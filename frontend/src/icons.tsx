/** The page's icons, drawn on a 20 by 20 grid in the colour of the text beside them. */
import type { JSX } from "preact";
import { STANDALONE } from "./build";

const PLAYING = {
  first: "M3.6 4.5v11M10.4 5 5.4 10l5 5zM16.4 5l-5 5 5 5z",
  previous: "M13.5 4.5 6 10l7.5 5.5zM4.4 5v10",
  play: "M6.5 4.5 14 10l-7.5 5.5z",
  pause: "M6.5 4.5v11M13.5 4.5v11",
  stepOn: "M6.5 4.5 14 10l-7.5 5.5zM15.6 5v10",
  last: "M16.4 4.5v11M9.6 5l5 5-5 5zM3.6 5l5 5-5 5z",
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  present: "M3 4h14v9.5H3zM10 13.5V17M6.5 17h7",
  help: "M7.2 7.3C7.2 5.5 8.4 4.5 10 4.5s2.9 1 2.9 2.6c0 2.2-2.9 2.2-2.9 4.7M10 15.2v.3",
  sun: "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 2v2M10 16v2M2 10h2M16 10h2M4 4l1 1M15 15l1 1M4 16l1-1M15 5l1-1",
  moon: "M16.5 11.6A7 7 0 0 1 8.4 3.5a7 7 0 1 0 8.1 8.1z",
  system: "M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14z",
  fit: "M3.5 7.5v-4h4M16.5 7.5v-4h-4M3.5 12.5v4h4M16.5 12.5v4h-4",
  search: "M9 4a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM13 13l4 4",
  check: "M4 10.5 8.2 15 16 5.5",
  close: "M5 5l10 10M15 5 5 15",
  chevron: "M6.5 8 10 12l3.5-4",
  warning: "M10 3.5 17.5 16.5h-15zM10 8.5v3.8M10 14.3v.2",
  error: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM7 7l6 6M13 7l-6 6",
} as const;

/** Those beside what writes code, runs it and sends it on. */
const MAKING = {
  run: "M6 4.2v11.6L15.5 10z",
  up: "M10 16V4.5M5 9l5-5 5 5",
  down: "M10 4v11.5M5 11l5 5 5-5",
  bin: "M4 6h12M8 6V4h4v2M5.5 6l.8 10.5h7.4L14.5 6M8.5 9v5M11.5 9v5",
  open: "M3 15.5v-11h5l2 2.2h7v8.8z",
  book: "M10 5.5C8 4 5.5 3.8 3 4v11.5c2.5-.2 5 0 7 1.5 2-1.5 4.5-1.7 7-1.5V4c-2.5-.2-5 0-7 1.5zM10 5.5V17",
  link: "M8.5 11.5l3-3M7 9 5.2 10.8a2.8 2.8 0 0 0 4 4L11 13M13 11l1.8-1.8a2.8 2.8 0 0 0-4-4L9 7",
  legend: "M3.5 4.5h4v4h-4zM10.5 6.5H17M3.5 11.5h4v4h-4zM10.5 13.5H17",
  stop: "M5.5 5.5h9v9h-9z",
} as const;

export type IconName = keyof typeof PLAYING | keyof typeof MAKING;

const PATHS: Partial<Record<IconName, string>> = STANDALONE ? PLAYING : { ...PLAYING, ...MAKING };

/** Shapes that are filled as well as outlined. */
const SOLID: ReadonlySet<IconName> = new Set(["first", "previous", "play", "stepOn", "last", "run", "stop"]);

/** An icon beside a text that says the same: hidden from screen readers. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg
      class="icon"
      viewBox="0 0 20 20"
      style={{ width: `${size / 16}rem`, height: `${size / 16}rem` }}
      aria-hidden="true"
      focusable="false"
      fill={SOLID.has(name) ? "currentColor" : "none"}
      stroke="currentColor"
      stroke-width={name === "pause" ? 3 : 1.6}
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      <path d={PATHS[name]} />
      {name === "system" ? <path d="M10 3a7 7 0 1 0 0 14z" fill="currentColor" /> : null}
    </svg>
  );
}

/** The mark of the product: two values, one product, and the gradient on its way back. */
export function Logo(): JSX.Element {
  return (
    <svg
      class="logo"
      viewBox="0 0 28 28"
      aria-hidden="true"
      focusable="false"
      fill="none"
      stroke-width="2.4"
      stroke-linecap="round"
    >
      <path class="logo-forward" d="M7 10.5v3.5c0 3.5 2 5.5 5 6.5" />
      <path
        class="logo-backward"
        d="M16.5 20.5c3.5-1.5 5-4.5 4.5-9M18 13.5l2.9-3 3 2.7"
        stroke-linejoin="round"
      />
      <circle class="logo-forward" cx="7" cy="7" r="3.2" />
      <circle class="logo-backward" cx="20.5" cy="6" r="2.6" />
      <circle class="logo-dot" cx="14" cy="21.5" r="3.6" />
    </svg>
  );
}
