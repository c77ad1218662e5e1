/** An op's formula, general (as mathematics, with this run's variables) and with this run's numbers. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { forwardWithNumbers, vjpWithNumbers } from "../core/formula";
import type { Run } from "../core/run";
import { renameMath } from "../graph/mathml";
import { words } from "../i18n";
import { step } from "../state/player";

export function Formulas({ run, op }: { run: Run; op: number }): JSX.Element | null {
  const t = words.value.inspector;
  const applied = run.trace.ops[op];
  const formula = applied?.formula == null ? undefined : run.trace.formulas[applied.formula];
  if (!applied || !formula) return null;
  const names = namesOf(run, op);
  const forward = forwardWithNumbers(run, op);
  const vjp = vjpEvent(run, applied.node);
  return (
    <div class="fact-block">
      <h4 class="eyebrow">{t.formula}</h4>
      {formula.forward ? <Maths mathml={formula.forward.mathml} names={names} /> : null}
      {forward ? <p class="put mono">{`${forward.numbers} = ${forward.result}`}</p> : null}
      {applied.node === null
        ? null
        : formula.vjps.map(({ argument, formula: rule }) => {
            const slot = applied.inputs.findIndex((operand) => operand.argument === argument);
            const put = vjp === null || slot < 0 ? null : vjpWithNumbers(run, vjp, slot);
            const operand = applied.inputs[slot];
            if (operand?.tensor == null) return null;
            const name = names.get(argument) ?? argument;
            if (!run.trace.tensors[operand.tensor]?.requires_grad && !put) {
              return (
                <p key={argument} class="muted">
                  {t.notAsked(name)}
                </p>
              );
            }
            return (
              <div key={argument} class="rule">
                <span class="rule-of">
                  {t.backwardFormula} → <b>{name}</b>
                </span>
                <Maths mathml={rule.mathml} names={names} />
                {put ? <p class="put mono gradient">{`${put.numbers} = ${put.result}`}</p> : null}
              </div>
            );
          })}
    </div>
  );
}

/** The formula's argument names to what the run calls them. */
function namesOf(run: Run, op: number): Map<string, string> {
  const names = new Map<string, string>();
  const applied = run.trace.ops[op];
  const end = run.trace.events.length;
  for (const { argument, tensor, constant } of applied?.inputs ?? []) {
    const name = tensor === null ? constant : run.namesUntil(tensor, end)[0];
    if (name) names.set(argument, name);
  }
  const [output] = applied?.outputs ?? [];
  const result = output === undefined ? undefined : run.namesUntil(output, end)[0];
  if (result) names.set("result", result);
  return names;
}

/** The last time, up to this step, that the node's VJP ran. */
function vjpEvent(run: Run, node: number | null): number | null {
  if (node === null) return null;
  for (let index = (step.value?.to ?? 0) - 1; index >= 0; index--) {
    const event = run.trace.events[index];
    if (event?.kind === "vjp" && event.node === node) return index;
  }
  return null;
}

/** MathML from the trace: read as XML and cleaned, never put into the page as text. */
function Maths({ mathml, names }: { mathml: string; names: ReadonlyMap<string, string> }): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const math = renameMath(mathml, names);
    if (math) host.current?.replaceChildren(math);
    else host.current?.replaceChildren();
  });
  return <div class="maths" ref={host} />;
}
