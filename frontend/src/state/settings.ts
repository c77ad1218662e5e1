/** What a person chose about the page itself, remembered between visits. */
import { effect, type Signal, signal } from "@preact/signals";
import { STANDALONE } from "../build";
import { LANGUAGES, type Language } from "../i18n/languages";

export type Theme = "system" | "light" | "dark";
export type Grain = "line" | "op" | "vjp";

export const THEMES: readonly Theme[] = ["system", "light", "dark"];
export const GRAINS: readonly Grain[] = ["op", "vjp", "line"];

/** The languages of the browser, in order of preference, to the first that the page speaks. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = LANGUAGES.find((language) => tag.toLowerCase().split("-")[0] === language);
    if (found) return found;
  }
  return LANGUAGES[0] ?? "en";
}

const PREFIX = "gradwalk.";

let isForgetful = false;

/** From now on what is chosen lasts as long as the page: inside another site's page it says nothing about a person. */
export function forgetChoices(): void {
  isForgetful = true;
}

/** A signal that starts from what was remembered, if that is still an allowed value, and remembers every change. */
function remembered<T extends string | number>(
  key: string,
  fallback: T,
  allowed: (value: unknown) => value is T,
): Signal<T> {
  const atom = signal<T>(fallback);
  if (STANDALONE) return atom;
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PREFIX + key) ?? "null");
    if (allowed(kept)) atom.value = kept;
  } catch {
    // Storage is refused or holds something else: the default stands.
  }
  let first = true;
  effect(() => {
    const value = atom.value;
    // What was not chosen is not written, so that a later default still reaches who never chose.
    if (first) {
      first = false;
      return;
    }
    if (isForgetful) return;
    try {
      localStorage.setItem(PREFIX + key, JSON.stringify(value));
    } catch {
      // Private windows refuse storage; the choice then lasts as long as the page.
    }
  });
  return atom;
}

function oneOf<T extends string>(values: readonly T[]) {
  return (value: unknown): value is T =>
    typeof value === "string" && (values as readonly string[]).includes(value);
}

const TEXT_SCALES = [0.8, 0.9, 1, 1.15, 1.3, 1.5, 1.75, 2] as const;
const isTextScale = (value: unknown): value is number =>
  typeof value === "number" && (TEXT_SCALES as readonly number[]).includes(value);
const isSpeed = (value: unknown): value is number => typeof value === "number" && value > 0 && value <= 60;

const browserLanguages = typeof navigator === "undefined" ? [] : navigator.languages;

export const language = remembered<Language>(
  "language",
  preferredLanguage(browserLanguages),
  oneOf(LANGUAGES),
);
export const theme = remembered<Theme>("theme", "system", oneOf(THEMES));
export const grain = remembered<Grain>("grain", "op", oneOf(GRAINS));
export const textScale = remembered<number>("text-scale", 1, isTextScale);
/** Steps a second while playing. */
export const speed = remembered<number>("speed", 1, isSpeed);

/** One notch up or down the text sizes. */
export function changeTextScale(direction: 1 | -1): void {
  const index = TEXT_SCALES.indexOf(textScale.value as (typeof TEXT_SCALES)[number]);
  textScale.value = TEXT_SCALES[Math.min(TEXT_SCALES.length - 1, Math.max(0, index + direction))] ?? 1;
}
