/** Whether a change mends is tried before it is offered: the program is run with it. */
import { computed, effect, signal, untracked } from "@preact/signals";
import { requestTrace } from "../api";
import type { Diagnosis, Fix } from "../core/diagnosis";
import { changesOf, diagnosis, isMendable } from "./diagnosis";
import { runRequest } from "./request";
import { sent } from "./run";
import { onlyPlays } from "./server";

/** By diagnosis, the first change with which the program ran to its end; null where none did. */
const found = signal<ReadonlyMap<Diagnosis, Fix | null>>(new Map());
const begun = new WeakSet<Diagnosis>();

export interface Mending {
  readonly fix: Fix | null;
  /** A change is being tried; or all were, in vain. */
  readonly trial: "running" | "failed" | null;
}

/** What mends the mistake on view, as far as that is known. */
export const mending = computed<Mending | null>(() => {
  const about = diagnosis.value;
  if (!about) return null;
  if (about.fix || !about.tries?.length || onlyPlays.value) return { fix: about.fix, trial: null };
  const result = found.value.get(about);
  if (result === undefined) return { fix: null, trial: isMendable.value ? "running" : null };
  return { fix: result, trial: result ? null : "failed" };
});

effect(() => {
  const about = diagnosis.value;
  if (!about?.tries?.length || about.fix || onlyPlays.value || !isMendable.value) return;
  untracked(() => void tryOut(about));
});

async function tryOut(about: Diagnosis): Promise<void> {
  if (begun.has(about)) return;
  begun.add(about);
  const cells = sent.peek().map(({ cell }) => cell.executionCount);
  const request = runRequest(new Map());
  let works: Fix | null = null;
  for (const fix of about.tries ?? []) {
    const sources = changesOf({ fix }).map(({ after }) => after);
    const body = {
      ...request,
      cells: sources.map((source, i) => ({ source, execution_count: cells[i] ?? null })),
    };
    try {
      const { outcome } = await requestTrace(body, new AbortController().signal);
      if (outcome.status === "ok") works = fix;
    } catch {
      // A server that cannot be reached leaves the question open.
      begun.delete(about);
      return;
    }
    if (works) break;
  }
  found.value = new Map(found.peek()).set(about, works);
}
