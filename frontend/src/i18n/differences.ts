/** The words on the marks of what differs between two runs, in the language of the moment. */
import { computed } from "@preact/signals";
import { language } from "../state/settings";
import { type DifferencesWords, differencesEn } from "./differences.en";
import { differencesZh } from "./differences.zh";
import { later } from "./index";

export const differenceWords = computed(
  (): DifferencesWords =>
    later.value.differences ?? (language.value === "zh" ? differencesZh : differencesEn),
);
