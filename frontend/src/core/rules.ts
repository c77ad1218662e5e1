/** Why a VJP gives what it gives, where that is no arithmetic: by the helper that its formula is one call of. */

import type { SentenceKey } from "./sentences.en";

const RULES: [SentenceKey, RegExp][] = [
  ["ruleSum", /^(?:expand|sum_backward)$/],
  ["ruleMoved", /^(?:reshape|transpose|inverse_permute|squeeze|unsqueeze_to|flip|rolled_back)$/],
  [
    "ruleTaken",
    /^(?:into_\w+|(?:index|select\w+|gather|take|choose|diagonal|embedding|nll_loss|max_pool\w+)_backward|tri[lu])$/,
  ],
  ["ruleParts", /^(?:unbound|split_sizes)$/],
  ["ruleJoined", /^(?:stacked|joined)$/],
  ["summed", /^(?:sum_to_size|repeat_backward)$/],
  ["ruleFlat", /^0$/],
];

/** The rule of a formula that is one call of a helper, or nothing but 0. */
export function ruleOf(text: string): SentenceKey | undefined {
  const helper = text.replace(/\(.*\)$/, "");
  return RULES.find(([, helpers]) => helpers.test(helper))?.[0];
}
