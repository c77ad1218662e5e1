/** The ways by which a gradient came, where several met: the one that brought most, which an answer follows, and the others. */

import { opPlace } from "../explain/places";
import { type Said, tell } from "../explain/said";
import { at } from "../lists";
import { nameOf, valueText } from "../naming";
import type { Run } from "../run";
import { type Arrival, arrivalsAt, dataOf, gradientAt, incoming, largest } from "./gradient";

export type WayKey = "most" | "also";

/** The most ways that are named. */
const MOST = 4;

/** From the tensor back to the first place where contributions were added up; nothing where there is none. */
export function waysTo(run: Run, tensor: number, k: number): Said<WayKey>[] {
  const gradient = gradientAt(run, tensor, k);
  if (!gradient) return [];
  let { node, output, until } = gradient;
  for (;;) {
    const arrivals = arrivalsAt(run, node, output, until);
    if (arrivals.length > 1) return tellWays(run, node, arrivals, k);
    const [only] = arrivals;
    const came = only && incoming(run, only.event);
    if (!only || !came) return [];
    node = only.node;
    output = came.output;
    until = only.event;
  }
}

function tellWays(run: Run, node: number, arrivals: readonly Arrival[], k: number): Said<WayKey>[] {
  const sizeOf = ({ value }: Arrival) => largest(dataOf(run, value));
  const tensor = run.tensorOfNode(node);
  const name = tensor === null ? at(run.trace.nodes, node).name : nameOf(run, tensor, k);
  return [...arrivals]
    .sort((a, b) => sizeOf(b) - sizeOf(a))
    .slice(0, MOST)
    .map(({ node: from, event, value }, i) => {
      const { op, name: kind } = at(run.trace.nodes, from);
      const code = { ...(op === null ? { text: kind } : opPlace(run, op)), event };
      return tell(i === 0 ? "most" : "also", { name, code, value: valueText(run, value) });
    });
}
