/** What knows of failed calls, once a run needs it. */
import { effect, signal } from "@preact/signals";
import { run } from "./run";

export const calls = signal<typeof import("../core/diagnosis/calls") | null>(null);

effect(() => {
  const trace = run.value?.trace;
  const isNeeded = trace?.outcome.error || trace?.events.some(({ kind }) => kind === "warning");
  if (!isNeeded || calls.peek()) return;
  void import("../core/diagnosis/calls")
    .then((module) => {
      calls.value = module;
    })
    // Without the network the rest of the page goes on; the next run asks again.
    .catch(() => undefined);
});
