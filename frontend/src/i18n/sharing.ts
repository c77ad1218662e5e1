/** The words of the menu that gives a run away, in the language of the moment. */
import { computed } from "@preact/signals";
import { language } from "../state/settings";
import { later } from "./index";
import { type SharingWords, sharingEn } from "./sharing.en";
import { sharingZh } from "./sharing.zh";

export const sharing = computed(
  (): SharingWords => later.value.sharing ?? (language.value === "zh" ? sharingZh : sharingEn),
);
