/** What a diagnosis is: the event it belongs to, what happened, what is marked, what mends it. */

import type { Edit } from "../explain/edits";
import type { Said } from "../explain/said";
import type { Fit } from "./fit";
import type { DiagnosisKey } from "./sentences.en";

/** Marked in the picture: a card by its op or tensor, or an edge of the trace. */
export interface Mark {
  op?: number | null;
  tensor?: number | null;
  edge?: number;
  /** The cause, or where it came to light. */
  role: "cause" | "failed";
  label: Said<DiagnosisKey>;
}

/** A change of the source that mends it. */
export interface Fix {
  label: Said<DiagnosisKey>;
  edits: Edit[];
}

export interface Diagnosis {
  /** The error, or the event at which something went wrong without one. */
  event: number;
  isError: boolean;
  /** What happened, in order. */
  happened: Said<DiagnosisKey>[];
  /** What PyTorch's message means; null where PyTorch says nothing. */
  meaning: Said<DiagnosisKey> | null;
  marks: Mark[];
  /** What does not fit, axis by axis. */
  fit?: Fit | null;
  fix: Fix | null;
  /** Changes that may mend it: the first with which the program runs is offered. */
  tries?: Fix[];
}

export type Told = Said<DiagnosisKey>;
