/** Sentences: built from a key and what goes into its holes, chained, put into words of a language. */

import { SENTENCES_EN, type SentenceKey } from "./sentences.en";
import type { Sentence } from "./types";

export type Language = string;

/** English stands in for what is not learnt yet. */
const TEMPLATES: Record<Language, Record<SentenceKey, string>> = {};
const GAP: Record<Language, string> = { zh: "" };

/** From here on sentences can be put into this language, with what stands between two of them. */
export function learn(
  language: Language,
  templates: Record<SentenceKey, string>,
  gap = GAP[language] ?? " ",
): void {
  TEMPLATES[language] = templates;
  GAP[language] = gap;
}

const templatesOf = (language: Language) => TEMPLATES[language] ?? SENTENCES_EN;

export function say(key: SentenceKey, params: Record<string, string> = {}): Sentence {
  return { key, params };
}

/** One after the other. */
export function chain(sentences: Sentence[]): Sentence | null {
  return sentences.reduceRight<Sentence | null>((then, own) => (then ? { ...own, then } : own), null);
}

/** None before what goes on with the same sentence. */
function gapBefore(next: Sentence, language: Language): string {
  return /^[\s,.，。（]/.test(templatesOf(language)[next.key]) ? "" : (GAP[language] ?? " ");
}

/** The sentence in a language, as parts: `code` parts are names and numbers, to be set apart. */
export function sentenceParts(sentence: Sentence, language: Language): { text: string; code: boolean }[] {
  const parts = templatesOf(language)
    [sentence.key].split(/\{(\w+)\}/)
    .map((text, i) => {
      const isHole = i % 2 === 1;
      return { text: isHole ? (sentence.params[text] ?? "") : text, code: isHole };
    });
  const next = sentence.then
    ? [{ text: gapBefore(sentence.then, language), code: false }, ...sentenceParts(sentence.then, language)]
    : [];
  return [...parts, ...next].filter(({ text }) => text !== "");
}
