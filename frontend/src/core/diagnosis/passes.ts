/** What stops a backward pass: what it needs was let go, or written over. */

import type { Run } from "../run";
import { diagnoseFreed } from "./freed";
import { diagnoseOverwritten } from "./overwritten";
import { diagnosePlain } from "./plain";
import type { Diagnosis } from "./types";

const STOPS = [
  { says: /^Trying to backward through the graph a second time/, explain: diagnoseFreed },
  { says: /^one of the variables needed for gradient computation/, explain: diagnoseOverwritten },
];

export function diagnosePass(run: Run, event: number): Diagnosis | null {
  const { message = "", node = null } = run.trace.outcome.error ?? {};
  if (node === null) return diagnosePlain(run, event);
  return STOPS.find(({ says }) => says.test(message))?.explain(run, node, event) ?? null;
}
