/** The autograd node as PyTorch has it: where it sends gradients next, and what it keeps for that. */
import type { JSX } from "preact";
import { formatNumbers } from "../core/format";
import type { Run } from "../core/run";
import { words } from "../i18n";
import type { Saved } from "../schema/trace";

const MAX_NUMBERS = 6;

export function GradFn({ run, node, freed }: { run: Run; node: number; freed: boolean }): JSX.Element | null {
  const t = words.value.inspector;
  const shown = run.trace.nodes[node];
  if (!shown) return null;
  return (
    <div class="fact-block">
      {shown.next_functions.length > 0 ? (
        <>
          <h4 class="eyebrow plain">{t.next}</h4>
          <ol class="next-functions mono">
            {shown.next_functions.map(([next, input], slot) => (
              <li key={slot}>
                {next === null ? "None" : `${nameOfNode(run, next)}${input ? `, ${input}` : ""}`}
              </li>
            ))}
          </ol>
        </>
      ) : null}
      {shown.saved.length > 0 ? (
        <>
          <h4 class="eyebrow">{t.saved}</h4>
          {freed ? <p class="muted">{t.freed}</p> : null}
          <dl class="facts" data-freed={freed}>
            {shown.saved.map((saved) => (
              <div class="fact" key={saved.name}>
                <dt class="mono">{saved.name}</dt>
                {freed && saved.tensor !== null ? (
                  <dd class="emptied">{words.value.seeing.emptied}</dd>
                ) : (
                  <dd class="mono">{textOfSaved(run, saved)}</dd>
                )}
              </div>
            ))}
          </dl>
        </>
      ) : null}
    </div>
  );
}

/** `AccumulateGrad` says whose gradient it keeps. */
function nameOfNode(run: Run, node: number): string {
  const { name, variable } = run.trace.nodes[node] ?? { name: "", variable: null };
  const leaf = variable === null ? "" : (run.namesUntil(variable, run.trace.events.length)[0] ?? "");
  return leaf ? `${name} (${leaf})` : name;
}

function textOfSaved(run: Run, saved: Saved): string {
  if (saved.tensor === null) return saved.text;
  const name = run.namesUntil(saved.tensor, run.trace.events.length)[0];
  const numbers = saved.version === null ? null : run.numbers(saved.tensor, saved.version);
  const text = numbers ? formatNumbers(numbers, MAX_NUMBERS) : "";
  const version = saved.version ? ` · ${words.value.inspector.savedAt(saved.version)}` : "";
  return `${name ? `${name} = ` : ""}${text}${version}`;
}
