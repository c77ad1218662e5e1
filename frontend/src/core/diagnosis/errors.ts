/** What autograd refuses: calls that its rules forbid. */

import type { Run } from "../run";
import { diagnoseRefused } from "./refused";
import type { Diagnosis } from "./types";

export function diagnoseError(run: Run, event: number): Diagnosis | null {
  const { error } = run.trace.outcome;
  return (
    error && diagnoseRefused({ run, event, message: error.message, span: error.span, tensor: error.tensor })
  );
}
