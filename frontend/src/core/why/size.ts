/** Why a gradient is large or small: the factors along the way that brought most of it, and what was added up. */

import { nameOf, opPlace } from "../explain/places";
import { type Place, tell } from "../explain/said";
import { added, formatScalar } from "../format";
import { ledgers } from "../ledger";
import { at } from "../lists";
import { valueText } from "../naming";
import type { Run } from "../run";
import { arrivalsAt, dataOf, type Gradient, incoming, largest } from "./gradient";
import type { Why } from "./types";

/** A VJP on the way, or a sum of what came to a node, with what it made of the gradient's size. */
interface Factor {
  node: number;
  event: number;
  factor: number;
  /** How many contributions were added up; 1 for a VJP. */
  parts: number;
}

const SHOWN = 4;

export function whySize(run: Run, gradient: Gradient, isLarge: boolean): Why[] {
  const { factors, begins, ends } = wayOf(run, gradient);
  const told = factors.filter(({ factor }) => Math.abs(factor - 1) > 1e-9);
  if (!told.length || begins === 0) return [];
  const sizes = told.map(({ factor }) => factor).sort((a, b) => a - b);
  const extreme = told.reduce((a, b) => (isLarge === b.factor > a.factor ? b : a));
  const isSum = extreme.parts > 1;
  const factor = formatScalar(extreme.factor);
  const holes = isSum
    ? { ...placeOfSum(run, extreme, gradient.k), factor }
    : { code: codeAt(run, extreme), factor };
  const change = { begins: formatScalar(begins), ends: formatScalar(ends) };
  if (told.length === 1) return [tell(isSum ? "oneSum" : "oneFactor", { ...change, ...holes })];
  const [low, high] = [formatScalar(sizes[0] ?? 1), formatScalar(sizes.at(-1) ?? 1)];
  const count = String(told.length);
  if (low === high) return [tell("evenFactors", { ...change, count, factor })];
  const which = isSum
    ? ([`largestSum`, `smallestSum`] as const)
    : ([`largestFactor`, `smallestFactor`] as const);
  return [
    tell(isLarge ? "grows" : "shrinks", {
      ...change,
      count,
      low,
      high,
    }),
    tell(which[isLarge ? 0 : 1], holes),
  ];
}

function codeAt(run: Run, { node, event }: Factor): Place | string {
  const { op, name } = at(run.trace.nodes, node);
  return op === null ? name : { ...opPlace(run, op), event };
}

function placeOfSum(
  run: Run,
  { node, event, parts }: Factor,
  k: number,
): Record<"name" | "count", Place | string> {
  const tensor = run.tensorOfNode(node);
  const name =
    tensor === null ? at(run.trace.nodes, node).name : { text: nameOf(run, tensor, k), event, tensor };
  return { name, count: String(parts) };
}

/** From the tensor against the gradient, always along the largest contribution, to where the pass began. A step's factor
 * is how much larger the whole gradient is after it than before, so that the factors multiply to the whole change. */
function wayOf(run: Run, gradient: Gradient): { factors: Factor[]; begins: number; ends: number } {
  const factors: Factor[] = [];
  const ends = largest(ofLastPass(run, gradient));
  let begins = ends;
  let { node, output, until } = gradient;
  for (;;) {
    const arrivals = arrivalsAt(run, node, output, until);
    const most = arrivals.reduce<(typeof arrivals)[number] | null>(
      (a, b) => (a && largest(dataOf(run, a.value)) >= largest(dataOf(run, b.value)) ? a : b),
      null,
    );
    const came = most ? incoming(run, most.event) : null;
    if (!most || !came) return { factors, begins, ends };
    const size = largest(dataOf(run, came.value));
    const part = largest(dataOf(run, most.value));
    if (arrivals.length > 1)
      factors.push({ node, event: until - 1, factor: begins / part, parts: arrivals.length });
    factors.push({
      node: most.node,
      event: most.event,
      factor: (arrivals.length > 1 ? part : begins) / size,
      parts: 1,
    });
    begins = size;
    node = most.node;
    output = came.output;
    until = most.event;
  }
}

/** What the last pass brought, without what earlier ones left. */
function ofLastPass(run: Run, { numbers, until }: Gradient): number[] {
  const event = run.trace.events[until - 1];
  return event?.kind === "accumulate" ? dataOf(run, event.contribution) : numbers.data.map(Number);
}

/** How the gradient is put together: by how many passes since it was cleared, and of which contributions. */
export function whyThis(run: Run, gradient: Gradient): Why[] {
  const { tensor, node, output, k } = gradient;
  const name = nameOf(run, tensor, k);
  const entries = ledgers(run)
    .find((book) => book.tensor === tensor)
    ?.entries.filter(({ event, kind }) => event < k && kind !== "contribution");
  const said: Why[] = [];
  if (gradient.kind === "grad" && entries) {
    const cleared = entries.findLastIndex(({ kind }) => kind !== "accumulate");
    const passes = entries.slice(cleared + 1);
    const before = entries[cleared];
    if (passes.length > 1)
      said.push(
        tell("accumulated", {
          name: `${name}.grad`,
          count: String(passes.length),
          first: { text: valueText(run, passes[0]?.value ?? null, tensor), event: passes[0]?.event ?? 0 },
          last: { text: String(passes.at(-1)?.backward ?? ""), event: passes.at(-1)?.event ?? 0 },
        }),
      );
    else if (before) {
      const place = { text: `${name}.grad`, event: before.event };
      const lost = entries[cleared - 1]?.value ?? null;
      said.push(
        tell("afterClearing", { name: place, before: lost === null ? "None" : valueText(run, lost, tensor) }),
      );
    }
  }
  const arrivals = arrivalsAt(run, node, output, gradient.until);
  if (!arrivals.length) said.push(...beganHere(run, gradient, name));
  else if (arrivals.length > 1) {
    const parts = arrivals.slice(0, SHOWN).map(({ value }) => valueText(run, value));
    if (arrivals.length > SHOWN) parts.push("…");
    said.push(tell("contributions", { name, count: String(arrivals.length), parts: added(parts) }));
  } else if (arrivals.length === 1) said.push(one(run, at(arrivals, 0), name));
  return said;
}

/** Nothing came to where the pass began: it was given its gradient. */
function beganHere(run: Run, { tensor, until }: Gradient, name: string): Why[] {
  const began = run.backwards.findLast((event) => event < until);
  const pass = began === undefined ? undefined : run.trace.events[began];
  const place = pass?.kind === "backward_begin" ? pass.roots.indexOf(tensor) : -1;
  const given = pass?.kind === "backward_begin" ? pass.gradients[place] : undefined;
  if (began === undefined || given === undefined) return [];
  return [tell("beganHere", { name, gradient: { text: valueText(run, given), event: began } })];
}

function one(
  run: Run,
  { node, event, value }: { node: number; event: number; value: number },
  name: string,
): Why {
  const { op } = at(run.trace.nodes, node);
  const came = incoming(run, event);
  return tell("single", {
    name,
    code: op === null ? at(run.trace.nodes, node).name : { ...opPlace(run, op), event },
    gradient: came === null ? "?" : valueText(run, came.value),
    value: valueText(run, value),
  });
}
