/** The words of explanations in the language of the moment: those around them, and the sentences of each kind. */
import { computed } from "@preact/signals";
import { DIAGNOSIS_EN } from "../core/diagnosis/sentences.en";
import { DIAGNOSIS_ZH } from "../core/diagnosis/sentences.zh";
import { WHY_EN } from "../core/why/sentences.en";
import { WHY_ZH } from "../core/why/sentences.zh";
import { language } from "../state/settings";
import { explainEn } from "./explain.en";
import { explainZh } from "./explain.zh";

const EXPLANATIONS = {
  en: { words: explainEn, diagnosis: DIAGNOSIS_EN, why: WHY_EN },
  zh: { words: explainZh, diagnosis: DIAGNOSIS_ZH, why: WHY_ZH },
};

export const explanations = computed(() => EXPLANATIONS[language.value]);
