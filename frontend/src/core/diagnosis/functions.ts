/** Custom autograd Functions: a backward that gives back too few, too many or wrong gradients, or needs what was not saved. */

import type { Op, Span } from "../../schema/trace";
import { insertLine, replaceSpan } from "../explain/edits";
import { itemsOf } from "../explain/expression";
import { codePlace } from "../explain/places";
import { tell } from "../explain/said";
import { at, spliced } from "../lists";
import type { FailedCall } from "./failed-call";
import { facts, sideBySide } from "./fit";
import type { Explained, Kind } from "./kind";
import type { Fix, Mark } from "./types";

export const FUNCTIONS: readonly Kind[] = [
  {
    says: /^function \w+ returned an incorrect number of gradients \(expected (\d+), got (\d+)\)/,
    explain: gradients,
  },
  { says: /^function \w+ returned a gradient different than None at position (\d+)/, explain: ofANumber },
  {
    says: /^Function \w+ returned an invalid gradient at index (\d+) - got (\[.*?\]) but expected shape compatible with (\[.*?\])/,
    explain: shape,
  },
  { says: /^expected Variable or None \(got (\w+)\)/, explain: notATensor },
  { says: /^not enough values to unpack \(expected \d+, got 0\)/, explain: nothingSaved },
  { says: /^'(\w+)Backward' object has no attribute '(\w+)'/, explain: notKept },
];

interface Applied {
  op: Op;
  mark: (label: Mark["label"]) => Mark[];
  /** The statement by which backward gave its gradients back. */
  given: { span: number; code: string } | null;
}

/** The application of a Function whose backward failed. */
function appliedOf({ run, node, event }: FailedCall): Applied | null {
  const op = node === null ? null : at(run.trace.nodes, node).op;
  if (op === null) return null;
  const begun = run.backwards.findLast((each) => each < event) ?? 0;
  const lines = run.trace.events
    .slice(begun, event)
    .flatMap((each) => (each.kind === "line" ? each.span : []));
  const span = lines.findLast((each) => /^return\b/.test(run.source(each))) ?? null;
  return {
    op: at(run.trace.ops, op),
    mark: (label) => [{ op, role: "cause", label }],
    given: span === null ? null : { span, code: run.source(span).replace(/^return\s*/, "") },
  };
}

/** The gradients of a return statement, each as it is written. */
function itemsGiven(code: string): string[] {
  const text = `(${code})`;
  const inside = itemsOf(text, { text, from: 0, to: text.length }) ?? [];
  const [only] = inside;
  const bracketed = inside.length === 1 && only ? itemsOf(text, only) : null;
  return (bracketed?.length && only?.text.startsWith("(") ? bracketed : inside).map((part) => part.text);
}

const nameOfInput = ({ argument, constant, tensor }: Op["inputs"][number]): string =>
  tensor === null && constant !== null ? `${argument} = ${constant}` : argument;

function gradients(call: FailedCall, [, expected = "", got = ""]: string[]): Explained | null {
  const applied = appliedOf(call);
  if (!applied) return null;
  const { op, mark, given } = applied;
  const items = given ? itemsGiven(given.code) : [];
  const rows = op.inputs.map((input, i) => ({
    name: nameOfInput(input),
    text: items[i] ?? (i < Number(got) ? "✓" : "—"),
    clash: i >= Number(got),
  }));
  const extra = items.slice(op.inputs.length).map((text) => ({ name: "—", text, clash: true }));
  return {
    happened: [
      call.tell("gradientCount", {
        function: op.name,
        expected,
        got,
        inputs: op.inputs.map(nameOfInput).join(", "),
      }),
    ],
    meaning: "meansGradientCount",
    fit: facts([...rows, ...extra]),
    marks: mark(tell("markGradientCount", { expected, got })),
    tries: given ? padded(call, op, given.span, items) : [],
  };
}

/** None for each input that takes no gradient; what is too much goes. */
function padded(call: FailedCall, op: Op, span: number, items: readonly string[]): Fix[] {
  const missing = op.inputs.slice(items.length);
  const needs = missing.some(
    ({ tensor }) => tensor !== null && call.run.tensorAt(tensor, call.event)?.requires_grad,
  );
  if (!items.length || needs) return [];
  const text = `return ${[...items.slice(0, op.inputs.length), ...missing.map(() => "None")].join(", ")}`;
  const label = missing.length ? tell("fixNone") : tell("fixUse", { text });
  return [{ label, edits: [replaceSpan(call.run, span, text)] }];
}

function ofANumber(call: FailedCall, [, position = ""]: string[]): Explained | null {
  const applied = appliedOf(call);
  const input = applied?.op.inputs[Number(position) - 1];
  if (!applied || !input) return null;
  const { op, mark, given } = applied;
  const items = given ? itemsGiven(given.code) : [];
  const text = `return ${spliced(items, Number(position) - 1, 1, "None").join(", ")}`;
  return {
    happened: [call.tell("gradientOfNumber", { function: op.name, input: nameOfInput(input) })],
    meaning: "meansGradientCount",
    fit: facts(
      op.inputs.map((each, i) => ({ name: nameOfInput(each), text: items[i] ?? "", clash: each === input })),
    ),
    marks: mark(tell("markNumberInput", { input: nameOfInput(input) })),
    tries:
      given && items.length >= Number(position)
        ? [{ label: tell("fixNone"), edits: [replaceSpan(call.run, given.span, text)] }]
        : [],
  };
}

function shape(call: FailedCall, [, index = "", got = "", wanted = ""]: string[]): Explained | null {
  const applied = appliedOf(call);
  const input = applied?.op.inputs[Number(index)];
  if (!applied || !input) return null;
  const { op, mark, given } = applied;
  const read = (text: string) => text.slice(1, -1).split(", ").filter(Boolean).map(Number);
  const item = given ? itemsGiven(given.code)[Number(index)] : undefined;
  return {
    happened: [call.tell("gradientShape", { function: op.name, input: input.argument, got, wanted })],
    meaning: "meansGradientShape",
    fit: sideBySide(
      [
        { name: input.argument, shape: read(wanted) },
        { name: item ?? "backward", shape: read(got) },
      ],
      () => false,
    ),
    marks: mark(tell("markGradientShape", { got, wanted })),
  };
}

function notATensor(call: FailedCall, [, type = ""]: string[]): Explained | null {
  const applied = appliedOf(call);
  if (!applied) return null;
  return {
    happened: [call.tell("gradientType", { function: applied.op.name, type })],
    meaning: "meansGradientCount",
    marks: applied.mark(tell("markGradientType", { type })),
  };
}

/** `a, b = ctx.saved_tensors` where forward saved nothing. */
function nothingSaved(call: FailedCall): Explained | null {
  const { run, event } = call;
  const applied = appliedOf(call);
  const [names, context] = /^\s*(.+?),?\s*=\s*(\w+)\.saved_tensors/.exec(lineAt(call))?.slice(1) ?? [];
  if (!applied || !names || !context) return null;
  const inputs = applied.op.inputs.map(({ argument }) => argument);
  const first = firstLineOf(call, applied.op, "forward");
  const asked = names.split(",").map((name) => name.trim());
  const fits = first !== null && asked.every((name) => inputs.includes(name));
  return {
    happened: [
      call.tell("nothingSaved", { function: applied.op.name, names, code: codePlace(run, call.span, event) }),
    ],
    meaning: "meansSaved",
    marks: applied.mark(tell("markNothingSaved")),
    tries: fits
      ? [
          {
            label: tell("fixSave"),
            edits: [insertLine(run, first, "before", `${context}.save_for_backward(${asked.join(", ")})`)],
          },
        ]
      : [],
  };
}

function notKept(call: FailedCall, [, , attribute = ""]: string[]): Explained | null {
  const applied = appliedOf(call);
  const context = new RegExp(`(\\w+)\\.${attribute}\\b`).exec(lineAt(call))?.[1];
  if (!applied || !context) return null;
  const first = firstLineOf(call, applied.op, "forward");
  const isInput = applied.op.inputs.some(({ argument }) => argument === attribute);
  return {
    happened: [call.tell("notKept", { function: applied.op.name, attribute: `${context}.${attribute}` })],
    meaning: "meansSaved",
    marks: applied.mark(tell("markNotKept", { attribute })),
    tries:
      first !== null && isInput
        ? [
            {
              label: tell("fixKeep", { attribute }),
              edits: [insertLine(call.run, first, "before", `${context}.${attribute} = ${attribute}`)],
            },
          ]
        : [],
  };
}

function lineAt({ run, span }: FailedCall): string {
  const { cell, line }: Span = at(run.trace.spans, span);
  return at(run.trace.cells, cell).source.split("\n")[line - 1] ?? "";
}

/** The first line that the last call of a function of the Function's ran. */
function firstLineOf({ run }: FailedCall, op: Op, name: string): number | null {
  const event = run.eventOfOp(run.trace.ops.indexOf(op)) ?? 0;
  const scope = run.trace.scopes.findLastIndex(
    ({ kind, label }, index) =>
      kind === "function" &&
      label.startsWith(`${name}(`) &&
      run.trace.events.slice(0, event).some((each) => each.kind === "line" && each.scope === index),
  );
  const line = run.trace.events.find((each) => each.kind === "line" && each.scope === scope);
  return scope >= 0 && line?.kind === "line" ? line.span : null;
}
