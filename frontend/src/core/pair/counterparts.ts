/** What in one run is what in another: ops by their names and their places in the source, and by them tensors, nodes and cards. */

import { at, push } from "../lists";
import type { Run } from "../run";
import { align, type Names } from "./align";

export class Counterparts {
  /** The op of `b` that an op of `a` is. */
  readonly ops: ReadonlyMap<number, number>;
  readonly tensors = new Map<number, number>();
  readonly nodes = new Map<number, number>();
  private readonly isTaken = new Set<number>();
  private readonly cardsBack = new Map<string, string>();

  constructor(
    readonly a: Run,
    readonly b: Run,
  ) {
    const pairs = align(opNames(a), opNames(b)).flatMap((row): [number, number][] =>
      row.a === null || row.b === null ? [] : [[row.a, row.b]],
    );
    this.ops = new Map(pairs);
    for (const [one, other] of pairs) {
      const [before, after] = [at(a.trace.ops, one), at(b.trace.ops, other)];
      before.outputs.forEach((tensor, i) => {
        this.pair(tensor, after.outputs[i]);
      });
      if (before.node !== null && after.node !== null) this.nodes.set(before.node, after.node);
    }
    for (const [tensor, twin] of this.tensors) {
      const [one, other] = [a.accumulateNode(tensor), b.accumulateNode(twin)];
      if (one !== null && other !== null) this.nodes.set(one, other);
    }
    // A `.grad` is made by no op; a leaf may have several, one after another.
    const gradients = gradientsByLeaf(b);
    for (const [leaf, own] of gradientsByLeaf(a)) {
      const others = gradients.get(this.tensors.get(leaf) ?? -1) ?? [];
      own.forEach((gradient, i) => {
        this.pair(gradient, others[i]);
      });
    }
    // What else no op made, as what `autograd.grad` gave, is known by what uses it.
    for (const [op, twin] of pairs)
      at(a.trace.ops, op).inputs.forEach(({ tensor }, i) => {
        const other = at(b.trace.ops, twin).inputs[i]?.tensor ?? null;
        if (isMadeByNone(a, tensor) && isMadeByNone(b, other)) this.pair(tensor, other);
      });
    for (const [node, twin] of this.nodes) this.cardsBack.set(`n${twin}`, `n${node}`);
    for (const [op, twin] of this.ops) this.cardsBack.set(`o${twin}`, `o${op}`);
    for (const [tensor, twin] of this.tensors)
      for (const kind of ["t", "u"]) this.cardsBack.set(`${kind}${twin}`, `${kind}${tensor}`);
  }

  private pair(tensor: number | null, twin: number | null | undefined): void {
    if (tensor === null || twin == null || this.tensors.has(tensor) || this.isTaken.has(twin)) return;
    this.tensors.set(tensor, twin);
    this.isTaken.add(twin);
  }

  /** The id that a card of `a` has in `b`; null where only `a` has it. Nodes of the backward graph are cards too. */
  cardInB(id: string): string | null {
    const number = Number(id.slice(1));
    const twins = id.startsWith("o") ? this.ops : id.startsWith("n") ? this.nodes : this.tensors;
    const twin = twins.get(number);
    return twin === undefined ? null : `${id[0]}${twin}`;
  }

  cardInA(id: string): string | null {
    return this.cardsBack.get(id) ?? null;
  }
}

function isMadeByNone(run: Run, tensor: number | null): boolean {
  return tensor !== null && at(run.trace.tensors, tensor).op === null;
}

export function gradientsByLeaf(run: Run): Map<number, number[]> {
  const gradients = new Map<number, number[]>();
  run.trace.tensors.forEach((_, tensor) => {
    const leaf = run.gradientOf(tensor);
    if (leaf !== null) push(gradients, leaf, tensor);
  });
  return gradients;
}

/** An op by its name and source, by its name, or by the statement that it is in. */
function opNames(run: Run): Names[] {
  const { ops, events } = run.trace;
  const statement = new Map<number, number>();
  let line: number | null = null;
  for (const event of events) {
    if (event.kind === "line") line = event.span;
    else if (event.kind === "op" && line !== null) statement.set(event.op, line);
  }
  return ops.map(({ name, span, inputs }, op) => {
    const around = statement.get(op);
    const gist = around === undefined ? "" : gistOf(run.source(around));
    return [
      `${name} ${span === null ? "" : run.source(span)}`,
      `${name} ${inputs.length}`,
      `in ${gist === "" ? `${name} only` : gist}`,
    ];
  });
}

/** What a statement is for: the names that it gives, or what it calls. */
export function gistOf(source: string): string {
  const given = /^\s*([\w.,\s[\]]+?)\s*(?:[-+*/@%]|\*\*|\/\/)?=(?!=)/.exec(source)?.[1];
  return given ?? /([\w.]+)\s*\(/.exec(source)?.[1] ?? source.trim();
}
