/** The languages that the page speaks: English, and each that has a file of its own here. */
import { ONLY_LANGUAGE } from "../build";
import { PACKS } from "./packs";

/** By its tag. */
export type Language = string;

/** `zh` of `./zh.pack.ts`. */
const tags = Object.keys(PACKS).map((path) => path.slice(2, path.indexOf(".", 2)));

export const LANGUAGES: readonly Language[] = ONLY_LANGUAGE ? [ONLY_LANGUAGE] : ["en", ...tags];

/** A text in some of them, in English always. */
export interface Translated {
  readonly en: string;
  readonly [language: Language]: string;
}

/** A text in a language; in English where it has not been put into that. */
export function inLanguage(text: string | Translated, language: Language): string {
  return typeof text === "string" ? text : (text[language] ?? text.en);
}

/** How a language calls itself. */
export function nameOf(language: Language): string {
  const name = new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
  return name.charAt(0).toUpperCase() + name.slice(1);
}
