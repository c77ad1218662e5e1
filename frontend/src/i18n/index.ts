/** The words of the page in the language of the moment. A further language is one more file and one more line here. */
import { computed } from "@preact/signals";
import { language } from "../state/settings";
import { en, type Messages } from "./en";
import type { Language } from "./languages";
import { zh } from "./zh";

export const MESSAGES: Readonly<Record<Language, Messages>> = { en, zh };

/** Read in a component, it redraws the component when the language changes. */
export const words = computed<Messages>(() => MESSAGES[language.value]);
