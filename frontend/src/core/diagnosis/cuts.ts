/** A backward pass from what has no history. */

import type { Run } from "../run";
import { diagnoseCut } from "./cut";
import type { Diagnosis } from "./types";

const KIND = { says: /^element \d+ of tensors does not require grad and does not have a grad_fn/ };

export function diagnoseUntracked(run: Run, event: number): Diagnosis | null {
  const { message = "", tensor = null } = run.trace.outcome.error ?? {};
  return tensor !== null && KIND.says.test(message) ? diagnoseCut(run, tensor, event) : null;
}
