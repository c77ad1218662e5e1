/** Errors about the graph: what a backward pass came upon, and what autograd refuses to do; and the warning of one kind. */

import type { Run } from "../run";
import { diagnoseCut } from "./cut";
import { diagnoseFreed } from "./freed";
import { diagnoseOverwritten } from "./overwritten";
import { diagnoseRefused } from "./refused";
import type { Diagnosis } from "./types";

export { diagnoseWarning } from "./silent";

export function diagnoseError(run: Run, event: number): Diagnosis | null {
  const error = run.trace.outcome.error;
  if (!error) return null;
  const { message, node, tensor, span } = error;
  if (node !== null && message.startsWith("Trying to backward through the graph a second time"))
    return diagnoseFreed(run, node, event);
  if (node !== null && message.startsWith("one of the variables needed for gradient computation"))
    return diagnoseOverwritten(run, node, event);
  if (tensor !== null && message.includes("does not require grad and does not have a grad_fn"))
    return diagnoseCut(run, tensor, event);
  return diagnoseRefused({ run, event, message, span, tensor });
}
