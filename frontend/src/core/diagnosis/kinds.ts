/** Errors of single calls by what PyTorch says. */

import { tell } from "../explain/said";
import type { Run } from "../run";
import { ANSWERS } from "./answers";
import { AXES } from "./axes";
import { DTYPES } from "./dtypes";
import { FailedCall } from "./failed-call";
import { FUNCTIONS } from "./functions";
import { HOOKS } from "./hooks";
import { JOINS } from "./joins";
import type { Kind } from "./kind";
import { LAYERS } from "./layers";
import { LINEAR } from "./linear";
import { MODULES } from "./modules";
import { PRODUCTS } from "./products";
import { RETURNED } from "./returned";
import { SHAPES } from "./shapes";
import type { Diagnosis } from "./types";

// A layer's own words for a product that does not fit come before those of the product.
const KINDS: readonly Kind[] = [
  ...LINEAR,
  ...LAYERS,
  ...MODULES,
  ...PRODUCTS,
  ...SHAPES,
  ...JOINS,
  ...ANSWERS,
  ...AXES,
  ...DTYPES,
  ...HOOKS,
  ...RETURNED,
  ...FUNCTIONS,
];

export function diagnoseCall(run: Run, event: number): Diagnosis | null {
  const { error } = run.trace.outcome;
  if (!error || error.span === null) return null;
  const { message, span, node, tensor } = error;
  // Traces of older versions do not tell the operands.
  const call = new FailedCall(run, event, span, error.operands ?? [], node, tensor);
  for (const { says, explain } of KINDS) {
    const said = says.exec(message);
    const found = said && explain(call, [...said].map(String));
    if (!found) continue;
    const { happened, meaning, marks, fit = null, fix = null, tries = [] } = found;
    return { event, isError: true, happened, meaning: tell(meaning), marks, fit, fix, tries };
  }
  return null;
}
