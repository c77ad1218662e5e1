/** A tensor that remembers nothing: where the way to the leaves was cut. */

import { askedLater, CUT_BY, type Cut, type Origins, originsOf } from "../explain/cuts";
import { indentOf, replaceSpan, withArgument } from "../explain/edits";
import {
  codePlace,
  lastBefore,
  lineText,
  nameOf,
  opPlace,
  statementAt,
  tensorPlace,
} from "../explain/places";
import { tell } from "../explain/said";
import { at } from "../lists";
import type { Run } from "../run";
import type { DiagnosisKey } from "./sentences.en";
import type { Diagnosis, Fix, Mark, Told } from "./types";

/** Why a tensor has no history, where that shows, and what mends it. */
export function causeOfCut(
  run: Run,
  root: number,
  event: number,
): Pick<Diagnosis, "happened" | "marks" | "fix"> {
  const origins = originsOf(run, root);
  const marks: Mark[] = [{ tensor: root, role: "failed", label: tell("markNoGradFn") }];
  const happened: Told[] = [];
  const gradient = at(run.trace.tensors, root).op === null ? root : origins.gradients[0];
  const plain = gradient === undefined || origins.cuts.length ? null : plainGradient(run, gradient, event);
  let fix: Fix | null = null;
  if (!plain || gradient !== root)
    happened.push(tell("rootWithout", { name: tensorPlace(run, root, event) }));
  if (plain) {
    happened.push(
      tell("noCreateGraph", { code: codePlace(run, plain.span, plain.event), ...lineText(run, plain.span) }),
    );
    for (const tensor of plain.roots) marks.push({ tensor, role: "cause", label: tell("markNoCreateGraph") });
    fix = createGraph(run, plain.span);
  } else if (origins.cuts.length) {
    for (const cut of firstOfEachOp(origins)) {
      happened.push(tellCut(run, cut, event));
      fix ??= mendCut(run, cut);
    }
    for (const { edge } of origins.cuts) marks.push({ edge, role: "cause", label: tell("markCut") });
  } else {
    const [leaf] = origins.silent;
    if (leaf !== undefined) {
      happened.push(...tellSilent(run, leaf, event));
      marks.push({ tensor: leaf, role: "cause", label: tell("markSilent") });
      fix = stayTensor(run, leaf) ?? askFor(run, leaf);
    }
  }
  return { happened, marks, fix };
}

/** A gradient that was computed without a graph of its own: the pass that gave it. */
function plainGradient(
  run: Run,
  tensor: number,
  event: number,
): { span: number; event: number; roots: number[] } | null {
  const isOwn = run.gradientOf(tensor) !== null;
  const began = lastBefore(run, event, (each) => each.kind === "backward_begin" && each.accumulate === isOwn);
  const found = began === null ? undefined : run.trace.events[began];
  if (began === null || found?.kind !== "backward_begin" || found.span === null || found.create_graph)
    return null;
  return { span: found.span, event: began, roots: found.roots };
}

function firstOfEachOp({ cuts }: Origins): Cut[] {
  return cuts.filter((cut, i) => cuts.findIndex(({ op }) => op === cut.op) === i).slice(0, 2);
}

function tellCut(run: Run, { op, tensor, reason }: Cut, k: number): Told {
  const { span } = at(run.trace.ops, op);
  return tell(CUT_BY[reason] ?? "cutOther", {
    code: opPlace(run, op),
    tensor: nameOf(run, tensor, k),
    ...(span === null ? { cell: "?", line: "?" } : lineText(run, span)),
  });
}

function tellSilent(run: Run, leaf: number, k: number): Told[] {
  const { op } = at(run.trace.tensors, leaf);
  const made = op === null ? 0 : (run.eventOfOp(op) ?? 0);
  const late = askedLater(run, leaf, made);
  const name = tensorPlace(run, leaf, k);
  if (late !== null && late < k) return [tell("askedLate", { name: { ...name, event: late } })];
  const out = takenOut(run, leaf, made);
  return [
    tell("silentLeaf", { name }),
    ...(out === null ? [] : [tell("fromItem", { code: opPlace(run, out) })]),
  ];
}

/** The op that took the very number out of the graph that this leaf was made of. */
function takenOut(run: Run, leaf: number, before: number): number | null {
  const own = run.numbers(leaf, 0)?.data;
  if (own?.length !== 1) return null;
  const found = run.trace.ops.findLastIndex(({ inputs, outputs }, index) => {
    const source = inputs[0];
    if (outputs.length || source?.tensor == null || (run.eventOfOp(index) ?? before) >= before) return false;
    const cut = run.edgesOf(index).some((edge) => at(run.trace.edges, edge).kind === "detached");
    return cut && run.numbers(source.tensor, source.version ?? 0)?.data[0] === own[0];
  });
  return found < 0 ? null : found;
}

// -- what mends it --

function createGraph(run: Run, span: number): Fix | null {
  const call = withArgument(run.source(span), "create_graph=True");
  return call === null ? null : { label: tell("fixCreateGraph"), edits: [replaceSpan(run, span, call)] };
}

/** The call that made a leaf asks for its gradient. */
function askFor(run: Run, leaf: number): Fix | null {
  const { op } = at(run.trace.tensors, leaf);
  const span = op === null ? null : at(run.trace.ops, op).span;
  const call = span === null ? null : withArgument(run.source(span), "requires_grad=True");
  if (span === null || call === null) return null;
  return { label: tell("fixRequiresGrad"), edits: [replaceSpan(run, span, call)] };
}

/** `item()` and the tensor that was made of its number both go: what is between them stays in the graph. */
function stayTensor(run: Run, leaf: number): Fix | null {
  const { op } = at(run.trace.tensors, leaf);
  const out = op === null ? null : takenOut(run, leaf, run.eventOfOp(op) ?? 0);
  const made = op === null ? null : at(run.trace.ops, op).span;
  const taken = out === null ? null : at(run.trace.ops, out).span;
  const name = made === null ? undefined : /^torch\.tensor\((\w+)\)$/.exec(run.source(made))?.[1];
  const inside = taken === null ? undefined : /^([\s\S]+)\.item\(\)$/.exec(run.source(taken))?.[1];
  if (made === null || taken === null || !name || !inside) return null;
  return { label: tell("fixAttach"), edits: [replaceSpan(run, taken, inside), replaceSpan(run, made, name)] };
}

/** What can be left out where it cuts. */
const CUTTING: Partial<Record<Cut["reason"], string>> = {
  detach: ".detach()",
  data: ".data",
  exit: ".item()",
};

function mendCut(run: Run, { op, reason }: Cut): Fix | null {
  const { span } = at(run.trace.ops, op);
  if (span === null) return null;
  const text = run.source(span);
  const replaced = (label: DiagnosisKey, better: string): Fix => ({
    label: tell(label),
    edits: [replaceSpan(run, span, better)],
  });
  const cutting = CUTTING[reason];
  if (cutting && text.endsWith(cutting))
    return unsaid(run, span) ?? replaced("fixAttach", text.slice(0, -cutting.length));
  if (reason === "rewrap") {
    const parts = /^torch\.tensor\(\[([^[\]]*)\]\)$/.exec(text);
    if (parts) return replaced("fixStack", `torch.stack([${parts[1]}])`);
    const [, whole] = /^torch\.tensor\(([\w.]+)\)$/.exec(text) ?? [];
    if (whole) return replaced("fixAttach", whole);
  }
  if (reason === "not_differentiable") {
    const [, left, right] = /^([\w.]+) >=? ([\w.]+)$/.exec(text) ?? [];
    if (left && right) return replaced("fixSmooth", `torch.sigmoid(${left} - ${right})`);
  }
  return reason === "no_grad" ? record(run, op) : null;
}

/** `h = h.detach()` says nothing without its detach(), so the line goes, unless it is all that its block has. */
function unsaid(run: Run, span: number): Fix | null {
  const { cell, line } = at(run.trace.spans, span);
  const lines = at(run.trace.cells, cell).source.split("\n");
  const own = lines[line - 1] ?? "";
  const [, indent] = /^(\s*)(\w+) = \2\.detach\(\)$/.exec(own) ?? [];
  const isAlone = lines[line - 2]?.trimEnd().endsWith(":") && indentOf(lines[line] ?? "") !== indent;
  if (indent === undefined || isAlone || line === lines.length) return null;
  return {
    label: tell("fixAttach"),
    edits: [{ cell, line, column: 0, end_line: line + 1, end_column: 0, text: "" }],
  };
}

/** `w = w - …` under no_grad is meant to be a write into w; anything else is meant to be recorded. */
function record(run: Run, op: number): Fix | null {
  const event = run.eventOfOp(op);
  const statement = event === null ? null : statementAt(run, event);
  if (statement === null) return null;
  const update = /^(\w+) = \1 ([-+]) ([\s\S]+)$/.exec(run.source(statement));
  if (update)
    return {
      label: tell("fixUpdateInPlace"),
      edits: [replaceSpan(run, statement, `${update[1]} ${update[2]}= ${update[3]}`)],
    };
  const { cell, line } = at(run.trace.spans, statement);
  const lines = at(run.trace.cells, cell).source.split("\n");
  const depth = indentOf(lines[line - 1] ?? "").length;
  for (let above = line - 1; above > 0; above--) {
    const text = lines[above - 1] ?? "";
    const column = text.indexOf("no_grad()");
    if (indentOf(text).length < depth && /^\s*with .*no_grad\(\)/.test(text)) {
      const end_column = column + "no_grad()".length;
      const edit = { cell, line: above, column, end_line: above, end_column, text: "enable_grad()" };
      return { label: tell("fixRecord"), edits: [edit] };
    }
  }
  return null;
}
