/** Backward through what an earlier backward has emptied. */

import { insertLine, replaceSpan, withArgument } from "../explain/edits";
import { codePlace, lastBefore, lineText, nameOf, statementAt } from "../explain/places";
import { tell } from "../explain/said";
import { at } from "../lists";
import type { Run } from "../run";
import type { Diagnosis, Fix, Mark } from "./types";

export function diagnoseFreed(run: Run, node: number, event: number): Diagnosis | null {
  const freed = lastBefore(run, event, (each) => each.kind === "free" && each.node === node);
  if (freed === null) return null;
  const first = passAround(run, freed);
  const second = passAround(run, event);
  if (!first || !second) return null;
  const { name, op, saved } = at(run.trace.nodes, node);
  const kept = saved.flatMap(({ tensor }) => (tensor === null ? [] : [nameOf(run, tensor, event)]));
  const pass = String(first.number);
  const carried = first.span === second.span ? carriedOver(run, second.roots, node, event) : null;
  const marks: Mark[] = [{ op, role: "cause", label: tell("markFreed", { pass }) }];
  if (carried !== null && at(run.trace.tensors, carried.tensor).op !== op)
    marks.push({ tensor: carried.tensor, role: "failed", label: tell("markCarried") });
  return {
    event,
    isError: true,
    happened: [
      tell(kept.length ? "freedFirst" : "freedFirstNothing", {
        node: { text: name, event: freed, op },
        saved: [...new Set(kept)].join(", "),
        pass,
        code: codePlace(run, first.span, first.event),
        ...lineText(run, first.span),
      }),
      carried
        ? tell("freedLoop", { name: carried.name, node: { text: name, event: freed, op } })
        : tell("freedAgain", {
            code: codePlace(run, second.span, event),
            node: name,
            ...lineText(run, second.span),
          }),
    ],
    meaning: tell("meansFreed"),
    marks,
    fix: carried ? detachState(run, carried.name, event) : retain(run, first.span),
  };
}

interface Pass {
  number: number;
  event: number;
  span: number;
  roots: number[];
}

/** The backward pass that an event is in, or that began last before it. */
function passAround(run: Run, event: number): Pass | null {
  const number = run.backwardOf(event);
  const began = run.backwards[number - 1];
  const found = began === undefined ? undefined : run.trace.events[began];
  if (began === undefined || found?.kind !== "backward_begin" || found.span === null) return null;
  return { number, event: began, span: found.span, roots: found.roots };
}

/** The tensor made in an earlier round of the loop through which the roots still lead to the node. */
function carriedOver(
  run: Run,
  roots: readonly number[],
  node: number,
  k: number,
): { tensor: number; name: string } | null {
  const { nodes, ops } = run.trace;
  const rounds = (of: number | null) => {
    const scope = of === null ? null : at(ops, of).scope;
    return run.scopePath(scope).findLast((each) => at(run.trace.scopes, each).kind === "iteration") ?? null;
  };
  const starts = roots.flatMap((root) => run.tensorAt(root, k)?.grad_fn?.[0] ?? []);
  const own = rounds(at(nodes, starts[0] ?? node).op);
  const cameFrom = new Map<number, number | null>(starts.map((start) => [start, null]));
  const waiting = [...starts];
  for (let next = waiting.shift(); next !== undefined && next !== node; next = waiting.shift())
    for (const [following] of at(nodes, next).next_functions)
      if (following !== null && !cameFrom.has(following)) {
        cameFrom.set(following, next);
        waiting.push(following);
      }
  // From the node back up to the root: the last that is not of this round carried the state over.
  let carrier: number | null = null;
  for (let each: number | null = node; each !== null && cameFrom.has(each); each = cameFrom.get(each) ?? null)
    if (rounds(at(nodes, each).op) !== own) carrier = each;
  const tensor = carrier === null ? null : run.tensorOfNode(carrier);
  const name = tensor === null ? undefined : at(run.trace.tensors, tensor).names.at(-1);
  return tensor === null || name === undefined ? null : { tensor, name };
}

function retain(run: Run, span: number): Fix | null {
  const call = withArgument(run.source(span), "retain_graph=True");
  return call === null ? null : { label: tell("fixRetain"), edits: [replaceSpan(run, span, call)] };
}

function detachState(run: Run, name: string, event: number): Fix | null {
  const statement = statementAt(run, event);
  if (statement === null) return null;
  return {
    label: tell("fixDetachState", { name }),
    edits: [insertLine(run, statement, "after", `${name} = ${name}.detach()`)],
  };
}
