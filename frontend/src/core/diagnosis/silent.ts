/** What goes wrong with a warning only: the `.grad` of a tensor that is no leaf. */

import { insertLine, replaceSpan } from "../explain/edits";
import { lineText, nameOf, statementAt, tensorPlace } from "../explain/places";
import { tell } from "../explain/said";
import { at } from "../lists";
import type { Run } from "../run";
import type { Diagnosis, Fix, Told } from "./types";

export function diagnoseWarning(run: Run, event: number): Diagnosis | null {
  const warning = run.trace.events[event];
  if (warning?.kind !== "warning" || warning.span === null) return null;
  if (!warning.message.startsWith("The .grad attribute of a Tensor that is not a leaf")) return null;
  const name = /([\w.]+)\.grad$/.exec(run.source(warning.span))?.[1];
  const tensor = run.variablesAt(event).find((variable) => variable.name === name)?.tensor;
  const op = tensor === undefined ? null : at(run.trace.tensors, tensor).op;
  if (name === undefined || tensor === undefined || op === null) return null;
  const { leaf, isNamed, sameName } = leafBehind(run, op, name, event);
  const made = run.eventOfOp(op) ?? 0;
  const statement = statementAt(run, made);
  const happened: Told[] = [
    tell("nonLeaf", {
      name: tensorPlace(run, tensor, event),
      code: statement === null ? "" : run.source(statement),
      ...(statement === null ? { cell: "?", line: "?" } : lineText(run, statement)),
    }),
  ];
  if (leaf !== null && !isNamed) happened.push(tell("leafNameless", { name }));
  else if (leaf !== null && sameName) happened.push(tell("leafLostName", { name }));
  else if (leaf !== null) happened.push(tell("leafIsOther", { leaf: tensorPlace(run, leaf, event) }));
  return {
    event,
    isError: false,
    happened,
    meaning: tell("meansNonLeaf"),
    marks: [
      { op, role: "failed", label: tell("markNonLeaf") },
      ...(leaf === null ? [] : [{ tensor: leaf, role: "cause" as const, label: tell("markGradientHere") }]),
    ],
    fix: statement === null ? null : mend(run, statement, name, isNamed, sameName),
  };
}

/** The leaf among an op's operands that requires grad, and whether a variable names it still. */
function leafBehind(run: Run, op: number, name: string, k: number) {
  const leaves = at(run.trace.ops, op).inputs.flatMap(({ tensor }) => {
    const state = tensor === null ? undefined : run.tensorAt(tensor, k);
    return tensor !== null && state?.is_leaf && state.requires_grad ? [tensor] : [];
  });
  const leaf = leaves[0] ?? null;
  const names = leaf === null ? [] : at(run.trace.tensors, leaf).names;
  return {
    leaf,
    isNamed: names.length > 0,
    sameName: names.includes(name) && nameOf(run, leaf ?? 0, k) === name,
  };
}

function mend(run: Run, statement: number, name: string, isNamed: boolean, sameName: boolean): Fix {
  const text = run.source(statement);
  const [, value] = /^\w+ = ([\s\S]+)$/.exec(text) ?? [];
  if (!isNamed && value?.match(/, requires_grad=True/g)?.length === 1) {
    const better = `${name} = (${value.replace(", requires_grad=True", "")}).requires_grad_()`;
    return { label: tell("fixAskLast", { name }), edits: [replaceSpan(run, statement, better)] };
  }
  const update = /^(\w+) = \1 ([-+]) ([\s\S]+)$/.exec(text);
  if (sameName && update) {
    return {
      label: tell("fixUpdateInPlace"),
      edits: [
        insertLine(run, statement, "before", "with torch.no_grad():"),
        replaceSpan(run, statement, `    ${update[1]} ${update[2]}= ${update[3]}`),
      ],
    };
  }
  return {
    label: tell("fixRetainGrad", { name }),
    edits: [insertLine(run, statement, "after", `${name}.retain_grad()`)],
  };
}
