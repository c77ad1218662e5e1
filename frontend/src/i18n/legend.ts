/** The words of the legend, in the language of the moment. */
import { computed } from "@preact/signals";
import { language } from "../state/settings";
import { later } from "./index";
import { type LegendWords, legendEn } from "./legend.en";
import { legendZh } from "./legend.zh";

export const legendWords = computed(
  (): LegendWords => later.value.legend ?? (language.value === "zh" ? legendZh : legendEn),
);
