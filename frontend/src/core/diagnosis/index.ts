/** What went wrong in a run, where, why, and what mends it: for errors, and for what goes wrong without one. */

import { errorEvent } from "../explain/places";
import type { Run } from "../run";
import { diagnoseUntracked } from "./cuts";
import { diagnoseError } from "./errors";
import { findHidden } from "./hidden";
import { diagnosePass } from "./passes";
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
  const event = errorEvent(run);
  const error =
    event === null
      ? null
      : (diagnosePass(run, event) ??
        diagnoseUntracked(run, event) ??
        diagnoseError(run, event) ??
        calls?.diagnoseCall(run, event) ??
        null);
  return [...warnings, ...findHidden(run), ...(error ? [error] : [])].sort((a, b) => a.event - b.event);
}
