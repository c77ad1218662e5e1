/** Why a gradient is NaN or infinite: the VJP that made it of finite gradients, and the forward value that it took. */

import { codePlace, lineText, nameOf, opPlace } from "../explain/places";
import { tell } from "../explain/said";
import { added } from "../format";
import { vjpWithNumbers } from "../formula";
import { at } from "../lists";
import { valueText } from "../naming";
import type { Run } from "../run";
import { numbersOf } from "../values";
import { type Arrival, arrivalsAt, dataOf, type Gradient, hasNaN, incoming, isWild } from "./gradient";
import type { Why } from "./types";

export function whyWild(run: Run, gradient: Gradient): Why[] {
  const { tensor, node, output, k } = gradient;
  const arrivals = arrivalsAt(run, node, output, gradient.until);
  const wantsNaN = hasNaN(gradient.numbers.data.map(Number));
  const isSame = ({ value }: Arrival) => (wantsNaN ? hasNaN : isWild)(dataOf(run, value));
  const isInfinite = ({ value }: Arrival) => isWild(dataOf(run, value));
  const arrival = arrivals.find(isSame) ?? arrivals.find(isInfinite);
  const name = nameOf(run, tensor, k);
  const meeting = wantsNaN && !arrivals.some(isSame) && arrivals.filter(isInfinite).length > 1;
  if (!arrival)
    return arrivals.length > 1 ? [tell("overflowSum", { name, count: String(arrivals.length) })] : [];
  const source = climb(run, arrival);
  const { op } = at(run.trace.nodes, source.node);
  const came = incoming(run, source.event);
  const formula = vjpWithNumbers(run, source.event, source.slot);
  const span = op === null ? null : at(run.trace.ops, op).span;
  const said = tell(formula ? "madeWild" : "madeWildPlain", {
    code: op === null ? at(run.trace.nodes, source.node).name : { ...opPlace(run, op), event: source.event },
    gradient: came === null ? "?" : valueText(run, came.value),
    result: valueText(run, source.value),
    formula: formula?.symbols ?? "",
    numbers: formula?.numbers ?? "",
    ...(span === null ? { cell: "?", line: "?" } : lineText(run, span)),
  });
  const forward = op === null ? null : wildBefore(run, op);
  const sum = added(arrivals.map(({ value }) => valueText(run, value)));
  if (meeting) return [tell("infinitiesMeet", { name, parts: sum }), said];
  return [said, ...(forward === null ? [] : [tellForward(run, forward)]), ...untaken(run, source)];
}

/** Against the gradient to the VJP that got finite gradients and sent others. */
function climb(run: Run, arrival: Arrival): Arrival {
  let here = arrival;
  for (let steps = 0; steps < run.trace.events.length; steps++) {
    const came = incoming(run, here.event);
    if (!came || !isWild(dataOf(run, came.value))) return here;
    const before = arrivalsAt(run, here.node, came.output, here.event);
    const isBad = hasNaN(dataOf(run, came.value)) ? hasNaN : isWild;
    const next =
      before.find(({ value }) => isBad(dataOf(run, value))) ??
      before.find(({ value }) => isWild(dataOf(run, value)));
    if (!next) return here;
    here = next;
  }
  return here;
}

/** The first op in the history of this one, itself included, that made such a number of finite ones. */
export function wildBefore(run: Run, op: number): number | null {
  const seen = new Set<number>();
  const waiting = [op];
  const found: number[] = [];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const { inputs, outputs } = at(run.trace.ops, next);
    const isBad = (tensor: number, version: number) => {
      const value = run.valueAt(tensor, version);
      return value !== null && isWild(numbersOf(run.trace, value, tensor).data.map(Number));
    };
    const made = outputs.some((output) => isBad(output, run.versionAfter(next, output)));
    const given = inputs.some(({ tensor, version }) => tensor !== null && isBad(tensor, version ?? 0));
    if (made && !given) found.push(next);
    for (const edge of run.edgesOf(next)) {
      const { producer } = at(run.trace.edges, edge);
      if (producer !== null) waiting.push(producer);
    }
  }
  return found.length ? Math.min(...found) : null;
}

export function tellForward(run: Run, op: number): Why {
  const { outputs, span } = at(run.trace.ops, op);
  const [output] = outputs;
  const value = output === undefined ? null : run.valueAt(output, run.versionAfter(op, output));
  return tell("forwardWild", {
    code: opPlace(run, op),
    value: valueText(run, value, output),
    ...(span === null ? { cell: "?", line: "?" } : lineText(run, span)),
  });
}

/** The zero that was multiplied came from a branch that was not taken. */
function untaken(run: Run, source: Arrival): Why[] {
  const came = incoming(run, source.event);
  if (!came || !dataOf(run, came.value).some((number) => number === 0)) return [];
  const [above] = arrivalsAt(run, source.node, came.output, source.event);
  const op = above === undefined ? null : at(run.trace.nodes, above.node).op;
  if (op === null || at(run.trace.ops, op).name !== "where") return [];
  const { span } = at(run.trace.ops, op);
  return [tell("untaken", { where: span === null ? "where" : codePlace(run, span, run.eventOfOp(op) ?? 0) })];
}
