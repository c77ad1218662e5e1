/** What an op did: the value it gives, and what autograd makes of it. */

import type { Op } from "../schema/trace";
import { at } from "./lists";
import { codeOf, nameOf, tensorText } from "./naming";
import { tellWrite } from "./narrate-write";
import type { Run } from "./run";
import { say } from "./sentences";
import type { Reason, Sentence, Step } from "./types";

/** Reasons that have a sentence of their own; the others are told by `notRecorded`. */
const TOLD: Partial<
  Record<Reason, "detach" | "data" | "no_grad" | "exit" | "not_differentiable" | "rewrap">
> = {
  detach: "detach",
  data: "data",
  no_grad: "no_grad",
  exit: "exit",
  not_differentiable: "not_differentiable",
  rewrap: "rewrap",
};

export function tellOp(run: Run, { from, to }: Step, index: number): Sentence[] {
  const op = at(run.trace.ops, index);
  const code = codeOf(run, index);
  const [output] = op.outputs;
  if (output === undefined)
    return [say("op", { code, value: exitValue(run, op, to) }), ...recording(run, op, index, to)];
  const value = tensorText(run, output, to);
  const name = run.namesAt(output, to)[0] ?? run.memberOf(output);
  const followed = run.trace.events
    .slice(from, to)
    .flatMap((e) =>
      e.kind === "requires_grad" && e.value && e.tensor === output
        ? [say("requiresGrad", { name: name ?? code })]
        : [],
    );
  if (op.in_place) return [tellWrite(run, op, index, to), ...followed];
  const tracked = run.tensorAt(output, to)?.requires_grad && op.node === null;
  if (op.name === "Parameter" && tracked)
    return [say("leafTracked", { name: name ?? code, value }), ...sharing(run, op, to)];
  if (op.category === "creation" && run.edgesOf(index).length === 0)
    return [say(tracked ? "leafTracked" : "leaf", { name: name ?? code, value })];
  const own = name === undefined ? say("op", { code, value }) : say("opNamed", { name, code, value });
  return [own, ...recording(run, op, index, to), ...followed];
}

/** What autograd makes of an op: it records it, or a gradient is cut here, or there is nothing to record. */
function recording(run: Run, op: Op, index: number, k: number): Sentence[] {
  if (op.node !== null) return [say("recorded", { gradFn: at(run.trace.nodes, op.node).name })];
  const edges = run.edgesOf(index).map((edge) => at(run.trace.edges, edge));
  const reason = edges.find(({ kind }) => kind === "detached")?.reason;
  const told = reason ? TOLD[reason] : undefined;
  return [say(told ?? "notRecorded"), ...sharing(run, op, k)];
}

/** Two tensors on one storage: `detach()`, a view. */
function sharing(run: Run, op: Op, k: number): Sentence[] {
  const [output] = op.outputs;
  const input = op.inputs.find(({ tensor }) => tensor !== null)?.tensor ?? null;
  if (output === undefined || input === null) return [];
  const isShared = at(run.trace.tensors, output).storage === at(run.trace.tensors, input).storage;
  return isShared ? [say("sharesStorage", { other: nameOf(run, input, k) })] : [];
}

/** What left for Python: the number that the tensor holds. */
function exitValue(run: Run, op: Op, k: number): string {
  const input = op.inputs[0]?.tensor ?? null;
  return input === null ? "?" : tensorText(run, input, k);
}
