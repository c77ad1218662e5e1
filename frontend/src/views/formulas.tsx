/** An op's formula, general (as mathematics, with this run's variables) and with this run's numbers. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { STANDALONE } from "../build";
import { forwardWithNumbers, slotOf, vjpWithNumbers } from "../core/formula";
import { codeOf } from "../core/naming";
import type { Run } from "../core/run";
import { asMathematics, renameMath } from "../graph/mathml";
import { words } from "../i18n";
import { nodeOfStep } from "../state/player";
import { later } from "./later";

const Because = later(() => import("./because").then((module) => module.Because));

/** `done`: how many events have happened. */
export function Formulas(props: { run: Run; op: number; done: number }): JSX.Element | null {
  const { run, op, done } = props;
  const t = words.value.inspector;
  const applied = run.trace.ops[op];
  const formula = applied?.formula == null ? undefined : run.trace.formulas[applied.formula];
  // What makes a tensor from nothing has no mathematics to show.
  if (!applied || !formula || applied.inputs.length === 0) return null;
  const names = namesOf(run, op);
  const forward = forwardWithNumbers(run, op);
  const vjp = vjpEvent(run, applied.node, done);
  return (
    <div class="fact-block">
      <h4 class="eyebrow">{t.formula}</h4>
      {formula.forward ? (
        <Maths mathml={formula.forward.mathml} names={names} left={names.get("result")} />
      ) : null}
      {forward ? <WithNumbers {...forward} /> : null}
      {applied.node === null
        ? null
        : formula.vjps.map(({ argument, formula: rule }) => {
            const operand = applied.inputs.findIndex((each) => each.argument === argument);
            if (applied.inputs[operand]?.tensor == null || applied.node === null) return null;
            const name = names.get(argument) ?? argument;
            const slot = slotOf(run, applied.node, operand);
            const put = vjp === null || slot === null ? null : vjpWithNumbers(run, vjp, slot);
            if (slot === null) {
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
                {put ? <WithNumbers {...put} gradient /> : null}
              </div>
            );
          })}
      {applied.node === null || applied.node === nodeOfStep.value ? null : (
        <p class="muted">
          <Because run={run} node={applied.node} />
        </p>
      )}
    </div>
  );
}

/** The formula's argument names to what the run calls them. */
function namesOf(run: Run, op: number): Map<string, string> {
  const names = new Map<string, string>();
  const applied = run.trace.ops[op];
  const end = run.trace.events.length;
  for (const { argument, tensor, constant } of applied?.inputs ?? []) {
    const name = tensor === null ? constant : (run.namesUntil(tensor, end)[0] ?? sourceOf(run, tensor));
    if (name) names.set(argument, name);
  }
  const [output] = applied?.outputs ?? [];
  // `top[0] = 9.0` writes to what no variable names.
  const result =
    output === undefined
      ? undefined
      : (run.namesUntil(output, end)[0] ?? (applied?.in_place ? sourceOf(run, output) : null));
  if (result) names.set("result", result);
  return names;
}

/** What made a tensor that no variable names, if that is short enough to stand for it. */
function sourceOf(run: Run, tensor: number): string | null {
  const op = run.trace.tensors[tensor]?.op ?? null;
  const code = op === null ? "" : codeOf(run, op);
  return code.length <= MAX_SOURCE ? code : null;
}

const MAX_SOURCE = 48;

/** The last time, up to this step, that the node's VJP ran. */
function vjpEvent(run: Run, node: number | null, done: number): number | null {
  if (node === null) return null;
  const first = run.backwards[0] ?? Number.POSITIVE_INFINITY;
  for (let index = done - 1; index >= first; index--) {
    const event = run.trace.events[index];
    if (event?.kind === "vjp" && event.node === node) return index;
  }
  return null;
}

function WithNumbers(props: {
  numbers: string;
  result: string;
  sum?: string;
  gradient?: boolean;
}): JSX.Element {
  return (
    <p class={props.gradient ? "put mono gradient" : "put mono"}>
      {props.numbers ? <span>{asMathematics(props.numbers)}</span> : null} <span>= {props.result}</span>
      {props.sum === undefined ? null : <span> Σ = {props.sum}</span>}
    </p>
  );
}

/** A formula is not set smaller than so many times its size. */
const SMALLEST = 0.65;

/** MathML from the trace: read as XML and cleaned, never put into the page as text. `left`: what it is equal to. */
function Maths(props: {
  mathml: string;
  names: ReadonlyMap<string, string>;
  left?: string | undefined;
}): JSX.Element {
  const { mathml, names, left } = props;
  const host = useRef<HTMLDivElement>(null);
  const called = [...names].join();
  // Equal names make the same formula.
  useLayoutEffect(() => {
    const math = renameMath(mathml, names, left);
    host.current?.replaceChildren(...(math ? [math] : []));
    // Somewhat smaller rather than cut off.
    const { clientWidth = 1, scrollWidth = 1 } = (!STANDALONE && host.current) || {};
    if (!STANDALONE && scrollWidth > clientWidth)
      math?.setAttribute("style", `font-size: ${Math.max(SMALLEST, clientWidth / scrollWidth)}em`);
  }, [mathml, called, left]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys scroll what has the focus, where it is wider than the pane
    // biome-ignore lint/a11y/useSemanticElements: a group of the section it is in, not a fieldset
    <div class="maths" role="group" aria-label={words.value.inspector.formula} tabIndex={0} ref={host} />
  );
}
