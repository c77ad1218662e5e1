/** What autograd refuses: to go back from what has no history, and calls that its rules forbid. */

import type { Run } from "../run";
import { diagnoseCut } from "./cut";
import { diagnoseRefused } from "./refused";
import type { Diagnosis } from "./types";

export function diagnoseError(run: Run, event: number): Diagnosis | null {
  const { error } = run.trace.outcome;
  if (!error) return null;
  const { message, tensor, span } = error;
  if (tensor !== null && message.includes("does not require grad and does not have a grad_fn"))
    return diagnoseCut(run, tensor, event);
  return diagnoseRefused({ run, event, message, span, tensor });
}
