/** What went wrong in a run, where, why, and what mends it: for errors, and for what goes wrong without one. */

import { errorEvent } from "../explain/places";
import type { Run } from "../run";
import { diagnoseCut } from "./cut";
import { diagnoseFreed } from "./freed";
import { diagnoseOverwritten, findHidden } from "./overwritten";
import { diagnoseRefused } from "./refused";
import { diagnoseWarning } from "./silent";
import type { Diagnosis } from "./types";

export type { Diagnosis, Fix, Mark } from "./types";

/** What knows of failed calls: it is large and comes by itself. */
export type Calls = Pick<typeof import("./calls"), "diagnoseCall" | "diagnoseTarget">;

/** Every diagnosis of a run in the order of their events; what is not understood has none. */
export function diagnose(run: Run, calls: Calls | null = null): Diagnosis[] {
  const warnings = run.trace.events.flatMap(({ kind }, event) =>
    kind === "warning" ? (diagnoseWarning(run, event) ?? calls?.diagnoseTarget(run, event) ?? []) : [],
  );
  const error = diagnoseError(run, calls);
  return [...warnings, ...findHidden(run), ...(error ? [error] : [])].sort((a, b) => a.event - b.event);
}

function diagnoseError(run: Run, calls: Calls | null): Diagnosis | null {
  const event = errorEvent(run);
  const error = run.trace.outcome.error;
  if (event === null || !error) return null;
  const { message, node, tensor, span } = error;
  if (node !== null && message.startsWith("Trying to backward through the graph a second time"))
    return diagnoseFreed(run, node, event);
  if (node !== null && message.startsWith("one of the variables needed for gradient computation"))
    return diagnoseOverwritten(run, node, event);
  if (tensor !== null && message.includes("does not require grad and does not have a grad_fn"))
    return diagnoseCut(run, tensor, event);
  return diagnoseRefused({ run, event, message, span, tensor }) ?? calls?.diagnoseCall(run, event) ?? null;
}
