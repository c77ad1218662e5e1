/** How a module is made, and what is optimised. */

import { insertLine, replaceSpan } from "../explain/edits";
import { tell } from "../explain/said";
import { at } from "../lists";
import type { FailedCall } from "./failed-call";
import type { Explained, Kind } from "./kind";

export const MODULES: readonly Kind[] = [
  { says: /^cannot assign (module|parameters?) before Module\.__init__\(\) call/, explain: tooEarly },
  { says: /^can't optimize a non-leaf Tensor/, explain: nonLeaf },
  { says: /^cannot assign '.*' as parameter '(\w+)'/, explain: assigned },
];

function tooEarly(call: FailedCall): Explained {
  return {
    happened: [call.tell("beforeInit")],
    meaning: "meansBeforeInit",
    marks: [],
    tries: [
      {
        label: tell("fixSuper"),
        edits: [insertLine(call.run, call.span, "before", "super().__init__()")],
      },
    ],
  };
}

function nonLeaf(call: FailedCall): Explained | null {
  const { run } = call;
  const result = call.operands.find(({ tensor }) => !at(run.trace.tensors, tensor).is_leaf);
  const { op } = result ? at(run.trace.tensors, result.tensor) : { op: null };
  const span = op === null ? null : at(run.trace.ops, op).span;
  if (!result || span === null) return null;
  const code = run.source(span);
  const late = code.match(/, requires_grad=True/g)?.length === 1;
  const text = `(${code.replace(", requires_grad=True", "")}).requires_grad_()`;
  return {
    happened: [call.tell("optimisesResult", { name: result.name, made: code })],
    meaning: "meansOptimiser",
    marks: [call.mark(result, "markResult")],
    tries: late ? [{ label: tell("fixUse", { text }), edits: [replaceSpan(run, span, text)] }] : [],
  };
}

function assigned(call: FailedCall, [, parameter = ""]: string[]): Explained {
  const [, target, value] = /^([\w.]+)\s*=\s*([\s\S]+)$/.exec(lineOf(call)) ?? [];
  const text = `${target} = nn.Parameter(${value})`;
  return {
    happened: [call.tell("assignsTensor", { parameter })],
    meaning: "meansParameter",
    marks: [],
    tries: target && value ? [{ label: tell("fixUse", { text }), edits: [replaceLine(call, text)] }] : [],
  };
}

function lineOf({ run, span }: FailedCall): string {
  const { cell, line } = at(run.trace.spans, span);
  return (at(run.trace.cells, cell).source.split("\n")[line - 1] ?? "").trim();
}

function replaceLine(call: FailedCall, text: string) {
  const { cell, line } = at(call.run.trace.spans, call.span);
  const whole = at(call.run.trace.cells, cell).source.split("\n")[line - 1] ?? "";
  const column = whole.length - whole.trimStart().length;
  return { cell, line, column, end_line: line, end_column: whole.trimEnd().length, text };
}
