/** A backward pass from what has no history. */

import { tell } from "../explain/said";
import type { Run } from "../run";
import { causeOfCut } from "./cut";
import type { Diagnosis } from "./types";

const KIND = { says: /^element \d+ of tensors does not require grad and does not have a grad_fn/ };

export function diagnoseUntracked(run: Run, event: number): Diagnosis | null {
  const { message = "", tensor = null } = run.trace.outcome.error ?? {};
  if (tensor === null || !KIND.says.test(message)) return null;
  return { event, isError: true, ...causeOfCut(run, tensor, event), meaning: tell("meansCut") };
}
