/** The languages that the page speaks. */
export type Language = "en" | "zh";

export const LANGUAGES: readonly Language[] = ["en", "zh"];

/** A text in each of them. */
export type Translated = Readonly<Record<Language, string>>;

/** How each calls itself. */
export const LANGUAGE_NAMES: Translated = { en: "English", zh: "中文" };
