/** The words of explanations in the language of the moment: those around them, and the sentences of each kind. */
import { computed } from "@preact/signals";
import { DIAGNOSIS_EN, type DiagnosisKey } from "../core/diagnosis/sentences.en";
import { DIAGNOSIS_ZH } from "../core/diagnosis/sentences.zh";
import { WHY_EN } from "../core/why/sentences.en";
import { WHY_ZH } from "../core/why/sentences.zh";
import { calls } from "../state/calls";
import { language } from "../state/settings";
import { explainEn } from "./explain.en";
import { explainZh } from "./explain.zh";
import { later } from "./index";

const EXPLANATIONS = {
  en: { words: explainEn, diagnosis: DIAGNOSIS_EN, why: WHY_EN },
  zh: { words: explainZh, diagnosis: DIAGNOSIS_ZH, why: WHY_ZH },
};

export const explanations = computed(() => {
  const isChinese = language.value === "zh";
  const words = EXPLANATIONS[isChinese ? "zh" : "en"];
  const more = isChinese ? calls.value?.CALLS_ZH : calls.value?.CALLS_EN;
  const own = later.value;
  // Who speaks of failed calls came with the sentences for them.
  return {
    words: own.explain ?? words.words,
    why: own.why ?? words.why,
    diagnosis: { ...words.diagnosis, ...more, ...own.diagnosis, ...own.calls } as Record<
      DiagnosisKey,
      string
    >,
  };
});
