/** A kind of error of single calls: a pattern of the message, and what explains it. */

import type { FailedCall } from "./failed-call";
import type { Fit } from "./fit";
import type { DiagnosisKey } from "./sentences.en";
import type { Fix, Mark, Told } from "./types";

export interface Explained {
  happened: Told[];
  meaning: DiagnosisKey;
  marks: Mark[];
  fit?: Fit;
  /** A change that mends it for certain. */
  fix?: Fix | null;
  /** Changes that may mend it: the first with which the program runs is offered. */
  tries?: Fix[];
}

/** One more kind is one more of these. */
export interface Kind {
  says: RegExp;
  explain: (call: FailedCall, said: string[]) => Explained | null;
}
