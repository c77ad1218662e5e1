/** The words of two runs side by side, in the language of the moment. */
import { computed } from "@preact/signals";
import { language } from "../state/settings";
import { later } from "./index";
import { type PairWords, pairEn } from "./pair.en";
import { pairZh } from "./pair.zh";

export const pairWords = computed(
  (): PairWords => later.value.pair ?? (language.value === "zh" ? pairZh : pairEn),
);
