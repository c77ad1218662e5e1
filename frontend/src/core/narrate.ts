/** One plain sentence for a step. */
import type { Run } from "./run";
import type { Sentence, Step } from "./types";

export type Language = "en" | "zh";

export function narrate(_run: Run, _step: Step): Sentence {
  throw new Error("not yet");
}

/** The sentence in a language, as parts: `code` parts are names and numbers, to be set in bold or monospace. */
export function sentenceParts(_sentence: Sentence, _language: Language): { text: string; code: boolean }[] {
  throw new Error("not yet");
}
