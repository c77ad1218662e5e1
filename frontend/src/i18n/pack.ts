import type { SentenceKey } from "../core/sentences.en";
import type { Messages } from "./en";

/** All that a language is made of. */
export interface Pack {
  readonly messages: Messages;
  readonly sentences: Record<SentenceKey, string>;
}
