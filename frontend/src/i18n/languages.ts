/** The languages that the page speaks. */
import { ONLY_LANGUAGE } from "../build";

export type Language = "en" | "zh";

export const LANGUAGES: readonly Language[] = ONLY_LANGUAGE ? [ONLY_LANGUAGE] : ["en", "zh"];

/** A text in each of them. */
export type Translated = Readonly<Record<Language, string>>;

/** How each calls itself. */
export const LANGUAGE_NAMES: Translated = { en: "English", zh: "中文" };
