import type { CALLS_EN } from "../core/diagnosis/sentences.calls.en";
import type { DIAGNOSIS_EN } from "../core/diagnosis/sentences.en";
import type { ReasonKey } from "../core/reasons/sentences.en";
import type { SentenceKey } from "../core/sentences.en";
import type { WHY_EN } from "../core/why/sentences.en";
import type { DifferencesWords } from "./differences.en";
import type { Messages } from "./en";
import type { explainEn } from "./explain.en";
import type { LegendWords } from "./legend.en";
import type { PairWords } from "./pair.en";
import type { SharingWords } from "./sharing.en";

/** All that a language is made of. */
export interface Pack {
  readonly messages: Messages;
  readonly sentences: Record<SentenceKey, string>;
  /** What stands between two sentences; a space where nothing else is said. */
  readonly gap?: string;
  /** The words of views that come later. English stands in for what is left out; Chinese has these with the views. */
  readonly later?: Partial<{
    explain: typeof explainEn;
    diagnosis: Record<keyof typeof DIAGNOSIS_EN, string>;
    calls: Record<keyof typeof CALLS_EN, string>;
    why: Record<keyof typeof WHY_EN, string>;
    pair: PairWords;
    differences: DifferencesWords;
    sharing: SharingWords;
    legend: LegendWords;
    reasons: Record<ReasonKey, string>;
  }>;
}
