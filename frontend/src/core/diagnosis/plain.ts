/** A backward pass, or a gradient, where Python has no tensor: a number that was taken out of the graph, a .grad that is None. */

import { replaceSpan } from "../explain/edits";
import { codePlace, lineText, nameOf, opPlace, statementAt } from "../explain/places";
import { tell } from "../explain/said";
import { at } from "../lists";
import type { Run } from "../run";
import type { DiagnosisKey } from "./sentences.en";
import type { Diagnosis, Fix } from "./types";

const KINDS = [
  { says: /^'(float|int|numpy\.\w+)' object has no attribute 'backward'/, explain: numberWithoutHistory },
  {
    says: /^unsupported operand type\(s\) for \S+: (?:'.*' and 'NoneType'|'NoneType' and '.*')/,
    explain: noneInFormula,
  },
];

export function diagnosePlain(run: Run, event: number): Diagnosis | null {
  const { message = "", span = null } = run.trace.outcome.error ?? {};
  const kind = KINDS.find(({ says }) => says.test(message));
  return (span !== null && kind?.explain(run, event, span, kind.says.exec(message)?.[1] ?? "")) || null;
}

function numberWithoutHistory(run: Run, event: number, span: number, type: string): Diagnosis {
  const name = run.source(span).replace(/\.backward[\s\S]*$/, "");
  const out = takenOut(run, name, event);
  const said = tell("plainNumber", { name, type, ...lineText(run, span) });
  const rest = { event, isError: true, meaning: tell("meansPlainNumber") };
  if (out === null) return { ...rest, happened: [said], marks: [], fix: null };
  const { op, edge } = out;
  const { span: taken, inputs } = at(run.trace.ops, op);
  const tensor = inputs[at(run.trace.edges, edge).slot]?.tensor ?? null;
  const cut = tell("cutExit", {
    code: opPlace(run, op),
    tensor: tensor === null ? "" : nameOf(run, tensor, event),
    ...(taken === null ? { cell: "?", line: "?" } : lineText(run, taken)),
  });
  return {
    ...rest,
    happened: [said, cut],
    marks: [{ edge, role: "cause", label: tell("markCut") }],
    fix: taken === null ? null : stayTensor(run, taken),
  };
}

/** The op that took a number out of the graph which then went into this name, by what the lines before assign. */
function takenOut(run: Run, name: string, event: number): { op: number; edge: number } | null {
  const wanted = new Set(wordsOf(name));
  let exits: { op: number; edge: number }[] = [];
  for (let i = event - 1; i >= 0; i--) {
    const before = at(run.trace.events, i);
    if (before.kind === "op") {
      const edge = run.edgesOf(before.op).find((each) => at(run.trace.edges, each).reason === "exit");
      if (edge !== undefined) exits.push({ op: before.op, edge });
    }
    if (before.kind !== "line") continue;
    const [, target, value] = /^(\w+)\s*[-+*/]*=(?!=)\s*([\s\S]+)$/.exec(run.source(before.span)) ?? [];
    if (target && value && wanted.has(target)) {
      if (exits[0]) return exits[0];
      for (const word of wordsOf(value)) wanted.add(word);
    }
    exits = [];
  }
  return null;
}

function wordsOf(code: string): string[] {
  return code.match(/[A-Za-z_]\w*/g) ?? [];
}

function stayTensor(run: Run, span: number): Fix | null {
  const text = run.source(span);
  const inside = /^([\s\S]+)\.item\(\)$/.exec(text)?.[1] ?? /^float(\([\s\S]+\))$/.exec(text)?.[1];
  return inside ? { label: tell("fixAttach"), edits: [replaceSpan(run, span, inside)] } : null;
}

/** `w - 0.1 * w.grad` where w.grad is None. */
function noneInFormula(run: Run, event: number, span: number): Diagnosis | null {
  const code = run.source(span);
  const named = [...code.matchAll(/([\w.]+)\.grad\b/g)].map(([, name]) => name);
  const found = run
    .variablesAt(event)
    .find(({ name, tensor }) => named.includes(name) && run.gradAt(tensor, event) === null);
  if (!found) return null;
  const { name, tensor } = found;
  const statement = statementAt(run, event) ?? span;
  const key: DiagnosisKey = run.backwardOf(event) ? "noGradientNow" : "noGradientYet";
  return {
    event,
    isError: true,
    happened: [
      tell("noneInFormula", { code: codePlace(run, span, event) }),
      tell(key, { name, ...lineText(run, statement) }),
    ],
    meaning: tell("meansNoneInFormula"),
    marks: [{ tensor, role: "cause", label: tell("markNoGradient") }],
    fix: null,
  };
}
