/** How far a run has come that takes its time. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { grouped } from "../core/format";
import { words } from "../i18n";
import { GRACE } from "../state/request";
import { ahead, opsSoFar, phase } from "../state/run";

export function Progress(): JSX.Element | null {
  const state = phase.value;
  return state.kind === "running" ? <Bar key={state.since} since={state.since} /> : null;
}

/** How often the clock is read, in milliseconds. */
const TICK = 100;

function Bar({ since }: { since: number }): JSX.Element | null {
  const [now, setNow] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK);
    return () => clearInterval(timer);
  }, []);
  if (now - since < GRACE) return null;
  const t = words.value.progress;
  const text =
    ahead.value === null
      ? t.counts(grouped(opsSoFar.value), ((now - since) / 1000).toFixed(1))
      : t.waiting(ahead.value);
  return (
    <div
      class="progress"
      data-testid="progress"
      role="progressbar"
      aria-label={t.label}
      aria-valuetext={text}
    >
      <span class="progress-bar" />
      <span class="progress-text">{text}</span>
    </div>
  );
}
