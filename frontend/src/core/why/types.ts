/** What an answer is: what is the matter with the gradient, and why, in a sentence or two. */

import type { Said } from "../explain/said";
import type { WhyKey } from "./sentences.en";

export type Why = Said<WhyKey>;

export type Verdict = "none" | "nan" | "infinite" | "zero" | "part" | "large" | "small" | "plain";

export interface Answer {
  verdict: Verdict;
  said: Why[];
}
