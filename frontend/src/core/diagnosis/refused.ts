/** What PyTorch refuses outright: a backward from many numbers, a write into a leaf, a gradient of integers, and the like. */

import { insertLine, replaceSpan, withArgument } from "../explain/edits";
import { lineText, nameOf, statementAt, tensorPlace } from "../explain/places";
import { tell } from "../explain/said";
import { at } from "../lists";
import type { Run } from "../run";
import { count } from "../values";
import type { DiagnosisKey } from "./sentences.en";
import type { Diagnosis, Fix, Told } from "./types";

/** The error as the trace tells it. */
export interface Failure {
  run: Run;
  event: number;
  message: string;
  span: number | null;
  tensor: number | null;
}

type Refusal = (
  failure: Failure,
) => { happened: Told[]; meaning: DiagnosisKey; mark?: DiagnosisKey; fix: Fix | null } | null;

/** By how PyTorch's message begins. */
const REFUSALS: [string, Refusal][] = [
  ["grad can be implicitly created only for scalar", nonScalar],
  ["a leaf Variable that requires grad", leafInPlace],
  ["a view of a leaf Variable that requires grad", leafInPlace],
  ["Can't call numpy() on Tensor that requires grad", numpy],
  ["you can only change requires_grad flags of leaf", flag],
  ["only Tensors of floating point", integers],
  ["The differentiated Tensor at index", unused],
  ["'NoneType' object has no attribute 'zero_'", noGradient],
];

export function diagnoseRefused(failure: Failure): Diagnosis | null {
  const words = failure.message.toLowerCase();
  const [, refusal] = REFUSALS.find(([begin]) => words.startsWith(begin.toLowerCase())) ?? [];
  const found = refusal?.(failure);
  if (!found) return null;
  const { happened, meaning, mark, fix } = found;
  const { event, tensor } = failure;
  const marks = tensor === null || !mark ? [] : [{ tensor, role: "cause" as const, label: tell(mark) }];
  return { event, isError: true, happened, meaning: tell(meaning), marks, fix };
}

function codeOf({ run, span }: Failure): string {
  return span === null ? "" : run.source(span);
}

function lineOf({ run, span }: Failure) {
  return span === null ? { cell: "?", line: "?" } : lineText(run, span);
}

function replaced({ run, span }: Failure, label: DiagnosisKey, text: string | null): Fix | null {
  return span === null || text === null
    ? null
    : { label: tell(label), edits: [replaceSpan(run, span, text)] };
}

function nonScalar(failure: Failure): ReturnType<Refusal> {
  const { run, tensor, event } = failure;
  if (tensor === null) return null;
  const { shape } = at(run.trace.tensors, tensor);
  const [, root, rest] = /^([\s\S]+)(\.backward\([\s\S]*\))$/.exec(codeOf(failure)) ?? [];
  return {
    happened: [
      tell("manyNumbers", {
        call: root ? "backward()" : codeOf(failure),
        name: tensorPlace(run, tensor, event),
        count: String(count(shape)),
        ...lineOf(failure),
      }),
    ],
    meaning: "meansNonScalar",
    mark: "markMany",
    fix: root ? replaced(failure, "fixSum", `${root}.sum()${rest}`) : null,
  };
}

function leafInPlace(failure: Failure): ReturnType<Refusal> {
  const { run, tensor, event } = failure;
  if (tensor === null) return null;
  const statement = statementAt(run, event);
  const text = statement === null ? "" : run.source(statement);
  const fix: Fix | null =
    statement === null || text.includes("\n")
      ? null
      : {
          label: tell("fixNoGrad"),
          edits: [
            insertLine(run, statement, "before", "with torch.no_grad():"),
            replaceSpan(run, statement, `    ${text}`),
          ],
        };
  return {
    happened: [
      tell("leafWritten", {
        code: text || codeOf(failure),
        name: tensorPlace(run, tensor, event),
        ...lineOf(failure),
      }),
    ],
    meaning: "meansLeafInPlace",
    mark: "markLeaf",
    fix,
  };
}

function numpy(failure: Failure): ReturnType<Refusal> {
  const { run, tensor, event } = failure;
  if (tensor === null) return null;
  const [, root, rest] = /^([\s\S]+)(\.numpy\([\s\S]*\))$/.exec(codeOf(failure)) ?? [];
  return {
    happened: [tell("toNumpy", { name: tensorPlace(run, tensor, event), ...lineOf(failure) })],
    meaning: "meansNumpy",
    mark: "markTracked",
    fix: root ? replaced(failure, "fixDetach", `${root}.detach()${rest}`) : null,
  };
}

function flag({ run, tensor, event }: Failure): ReturnType<Refusal> {
  if (tensor === null) return null;
  const statement = statementAt(run, event);
  const text = statement === null ? "" : run.source(statement);
  const name = /^(\w+)\.requires_grad(?:\s*=\s*False|_\(False\))$/.exec(text)?.[1];
  const { op } = at(run.trace.tensors, tensor);
  const fix = statement !== null && name ? [replaceSpan(run, statement, `${name} = ${name}.detach()`)] : null;
  return {
    happened: [
      tell("flagOfResult", {
        name: tensorPlace(run, tensor, event),
        code: op === null ? "" : (nameOfMaker(run, op) ?? ""),
        ...(statement === null ? { cell: "?", line: "?" } : lineText(run, statement)),
      }),
    ],
    meaning: "meansFlag",
    mark: "markResult",
    fix: fix ? { label: tell("fixDetach"), edits: fix } : null,
  };
}

function nameOfMaker(run: Run, op: number): string | null {
  const { span } = at(run.trace.ops, op);
  return span === null ? null : run.source(span);
}

function integers(failure: Failure): ReturnType<Refusal> {
  const { run, tensor, span } = failure;
  const maker = tensor === null ? null : at(run.trace.tensors, tensor).op;
  const made = maker === null ? span : at(run.trace.ops, maker).span;
  // Without a tensor to ask, the call that failed must be the one that asked.
  if (made === null || (tensor === null && !run.source(made).includes("requires_grad=True"))) return null;
  const call = made === null ? null : withArgument(run.source(made), "dtype=torch.float32");
  return {
    happened: [
      tell("integers", {
        code: made === null ? "" : run.source(made),
        dtype: tensor === null ? "int64" : at(run.trace.tensors, tensor).dtype,
        ...(made === null ? lineOf(failure) : lineText(run, made)),
      }),
    ],
    meaning: "meansIntegers",
    mark: "markIntegers",
    fix:
      call === null || made === null
        ? null
        : { label: tell("fixFloat"), edits: [replaceSpan(run, made, call)] },
  };
}

function unused(failure: Failure): ReturnType<Refusal> {
  const { run, tensor, event } = failure;
  if (tensor === null) return null;
  const began = run.backwards.findLast((each) => each < event);
  const pass = began === undefined ? undefined : run.trace.events[began];
  const roots = pass?.kind === "backward_begin" ? pass.roots : [];
  if (!roots.length) return null;
  return {
    happened: [
      tell("notComputedFrom", {
        root: roots.map((root) => nameOf(run, root, event)).join(", "),
        name: tensorPlace(run, tensor, event),
        ...lineOf(failure),
      }),
    ],
    meaning: "meansUnused",
    mark: "markUnused",
    fix: replaced(failure, "fixAllowUnused", withArgument(codeOf(failure), "allow_unused=True")),
  };
}

function noGradient(failure: Failure): ReturnType<Refusal> {
  const { run, event } = failure;
  const name = /^([\w.]+)\.grad\.zero_/.exec(codeOf(failure))?.[1];
  const statement = statementAt(run, event);
  if (!name || statement === null) return null;
  const text = run.source(statement);
  const tensor = run.variablesAt(event).find((variable) => variable.name === name)?.tensor ?? null;
  failure.tensor ??= tensor;
  const passes = run.backwardOf(event);
  const isPlain = text === `${name}.grad.zero_()`;
  return {
    happened: [tell(passes ? "noGradientNow" : "noGradientYet", { name, ...lineOf(failure) })],
    meaning: "meansNoGradient",
    mark: "markNoGradient",
    fix: isPlain
      ? {
          label: tell("fixIfThere"),
          edits: [
            insertLine(run, statement, "before", `if ${name}.grad is not None:`),
            replaceSpan(run, statement, `    ${text}`),
          ],
        }
      : null,
  };
}
