/** Why a gradient is zero: cleared, cancelled, or sent through something flat; found by going back against the gradient. */

import { lineText, nameOf, opPlace } from "../explain/places";
import { tell } from "../explain/said";
import { added } from "../format";
import { vjpWithNumbers } from "../formula";
import { ledgers } from "../ledger";
import { at } from "../lists";
import { valueText } from "../naming";
import type { Run } from "../run";
import { type Numbers, numbersOf } from "../values";
import { type Arrival, arrivalsAt, dataOf, type Gradient, incoming, isZero } from "./gradient";
import type { WhyKey } from "./sentences.en";
import type { Why } from "./types";

export function whyZero(run: Run, gradient: Gradient): Why[] {
  const { tensor, node, output, k } = gradient;
  const name = nameOf(run, tensor, k);
  const book = ledgers(run).find((each) => each.tensor === tensor);
  const last = book?.entries.findLast(({ event }) => event < k);
  if (gradient.kind === "grad" && (last?.kind === "zero" || last?.kind === "set"))
    return [tell("zeroed", { name: { text: `${name}.grad`, event: last.event } })];
  const arrivals = arrivalsAt(run, node, output, gradient.until);
  if (!arrivals.length) return [tell("zeroPlain", { name })];
  if (arrivals.some(({ value }) => !isZero(dataOf(run, value)))) {
    if (arrivals.length > 1) return [cancelling(run, arrivals, name)];
    // What came in this time was added to what was there.
    return [tell("cancelsOld", { name: `${name}.grad`, last: valueText(run, at(arrivals, 0).value) })];
  }
  const flat = arrivals.flatMap((arrival) => climb(run, arrival)).filter(isFirstOfOp);
  const told = flat.slice(0, 2).map((spot) => tellFlat(run, spot));
  return [
    tell(arrivals.length === 1 ? "oneZero" : "allZero", { name, count: String(arrivals.length) }),
    ...told,
  ];
}

function isFirstOfOp({ node }: Arrival, index: number, all: readonly Arrival[]): boolean {
  return all.findIndex((other) => other.node === node) === index;
}

function cancelling(run: Run, arrivals: readonly Arrival[], name: string): Why {
  const parts = added(arrivals.map(({ value }) => valueText(run, value)));
  return tell("cancel", { name, parts, count: String(arrivals.length) });
}

/** Against the gradient to the VJP whose incoming gradient is not zero, though what it sends is. */
function climb(run: Run, arrival: Arrival): Arrival[] {
  for (let at: Arrival = arrival, steps = 0; steps < run.trace.events.length; steps++) {
    const came = incoming(run, at.event);
    if (!came) return [];
    if (!isZero(dataOf(run, came.value))) return [at];
    const before = arrivalsAt(run, at.node, came.output, at.event);
    const [next] = before;
    if (!next) return [];
    // Several that cancelled out are told where they meet.
    if (before.some(({ value }) => !isZero(dataOf(run, value)))) return [at];
    at = next;
  }
  return [];
}

/** Families of ops by what makes them flat. */
const FLAT: [RegExp, WhyKey][] = [
  [/^(relu|threshold|hardtanh|relu6|leaky_relu|hardswish|hardsigmoid)/, "flatRelu"],
  [/^(round|floor|ceil|trunc|sign|frac|floor_divide)/, "flatStairs"],
  [/^(clamp|clip)/, "flatClamp"],
  [
    /^(max|min|amax|amin|maximum|minimum|fmax|fmin|topk|sort|kthvalue|median|max_pool|adaptive_max)/,
    "flatNotTaken",
  ],
  [
    /^(where|masked|unbind|split|chunk|diag|_safe|index|gather|select|slice|narrow|take|getitem|embedding|nll_loss)/,
    "flatNotTaken",
  ],
  [/^(abs|norm|linalg_vector_norm|dist)/, "flatKink"],
  [/^(mul|matmul|mm|mv|dot|bmm|addmm|linear|div)/, "flatFactor"],
];

function tellFlat(run: Run, { node, event, slot }: Arrival): Why {
  const { op } = at(run.trace.nodes, node);
  if (op === null) return tell("flatNode", { node: at(run.trace.nodes, node).name });
  const { name, inputs, span } = at(run.trace.ops, op);
  const key = FLAT.find(([pattern]) => pattern.test(name))?.[1] ?? "flatOther";
  const edge = run.trackedEdges(node).find(([, own]) => own === slot)?.[0];
  const place = edge === undefined ? 0 : at(run.trace.edges, edge).slot;
  const show = (index: number): string => {
    const operand = inputs[index];
    if (!operand || operand.tensor === null) return operand?.constant ?? "?";
    return valueText(run, run.valueAt(operand.tensor, operand.version ?? 0), operand.tensor);
  };
  // The bias of a linear layer is added: it is no factor.
  const isFactor = (index: number) =>
    /^(addmm|addmv|baddbmm)/.test(name) ? index > 0 : !name.startsWith("linear") || index < 2;
  const others = inputs.map((_, index) => index).filter((index) => index !== place && isFactor(index));
  const came = incoming(run, event);
  const formula = vjpWithNumbers(run, event, slot);
  return tell(key === "flatOther" && formula ? "flatFormula" : key, {
    formula: formula?.symbols ?? "",
    numbers: formula ? `${formula.numbers} = ${formula.result}` : "",
    code: opPlace(run, op),
    op: name,
    input: show(place),
    other: others.map(show).join(", ") || show(place),
    gradient: came === null ? "?" : valueText(run, came.value),
    ...(span === null ? { cell: "?", line: "?" } : lineText(run, span)),
  });
}

/** Why some elements are zero and others are not: the VJP on the only way in at which they became so. */
export function whyPartlyZero(run: Run, gradient: Gradient): Why[] {
  const total = gradient.numbers.data.length;
  const told = [tell("partZero", { count: String(zerosOf(gradient.numbers).length), total: String(total) })];
  let { node, output, until } = gradient;
  for (;;) {
    const [arrival, another] = arrivalsAt(run, node, output, until);
    const came = arrival ? incoming(run, arrival.event) : null;
    if (!arrival || !came || another) return [];
    switch (becomesZero(run, arrival, came.value)) {
      case "here":
        return [...told, tellFlat(run, arrival)];
      case "unclear":
        return [];
    }
    node = arrival.node;
    output = came.output;
    until = arrival.event;
  }
}

function zerosOf({ data }: Numbers): number[] {
  return data.flatMap((number, i) => (Number(number) === 0 ? [i] : []));
}

const LINEAR = /^(matmul|mm|mv|dot|bmm|addmm|linear|conv|einsum|outer)/;

/** Whether zeros came in here, were in what came in, or cannot be told apart. */
function becomesZero(run: Run, { node, slot, value }: Arrival, came: number): "here" | "before" | "unclear" {
  const { op } = at(run.trace.nodes, node);
  if (op === null) return "unclear";
  const { name, category, inputs } = at(run.trace.ops, op);
  const [before, after] = [numbersOf(run.trace, came), numbersOf(run.trace, value)];
  if (LINEAR.test(name)) {
    // A row of zeros, or a factor of zeros: with both, what is whose is not to be seen.
    const edge = run.trackedEdges(node).find(([, own]) => own === slot)?.[0];
    const place = edge === undefined ? -1 : at(run.trace.edges, edge).slot;
    const factors = inputs.some(({ tensor, version }, index) => {
      const numbers = index === place || tensor === null ? null : run.numbers(tensor, version ?? 0);
      return numbers !== null && zerosOf(numbers).length > 0;
    });
    const isGiven = zerosOf(before).length > 0;
    return factors === isGiven ? "unclear" : factors ? "here" : "before";
  }
  if (category === "view" && zerosOf(before).length > 0 && before.data.length === after.data.length)
    return "before";
  if (before.shape.join() !== after.shape.join()) return zerosOf(before).length > 0 ? "unclear" : "here";
  const known = new Set(zerosOf(before));
  return zerosOf(after).some((index) => !known.has(index)) ? "here" : "before";
}
