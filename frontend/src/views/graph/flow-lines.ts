/** What is written beside an edge at a step: the operand that flows in, the product that goes out, what has come. */
import { added, formatElement, signed } from "../../core/format";
import { vjpWithNumbers } from "../../core/formula";
import { at } from "../../core/lists";
import { arrivedEdges } from "../../core/moment";
import type { Run } from "../../core/run";
import type { GraphEdge, Step, ViewGraph } from "../../core/types";
import { count, type Numbers, numbersOf } from "../../core/values";
import { gradientText } from "../../graph/face";
import { asMathematics } from "../../graph/mathml";
import type { SceneStates } from "../../state/scene";

export type FlowKind = "operand" | "product" | "arrived";

export interface FlowText {
  readonly edge: GraphEdge;
  readonly kind: FlowKind;
  /** The last is the outcome. */
  readonly lines: readonly string[];
  /** Where in the first line the gradient stands that the node was given. */
  readonly incoming?: Stretch | null;
}

/** From one letter of a text to before another. */
export type Stretch = readonly [from: number, to: number];

/** More labels than this at once say nothing any more. */
const MOST = 4;
const LONGEST = 44;
/** As many summands are written out. */
const SUMMANDS = 5;

export function flowTexts(graph: ViewGraph, states: SceneStates): FlowText[] {
  const { run } = states;
  if (!run) return [];
  const active = (direction: string) =>
    graph.edges.filter(({ id }) => {
      const edge = states.edges.get(id);
      return edge?.state === "active" && edge.direction === direction;
    });
  const operands = active("forward").flatMap((edge) => operandText(run, edge));
  const products = active("backward").flatMap((edge) => productText(run, edge, states));
  const arrived = arrivedEdges(graph, states);
  // One cotangent stands on its card; of several, each stands on its way.
  const summands = arrived.length < 2 ? [] : arrived.flatMap((edge) => arrivedText(run, edge, states));
  return [operands, products, summands].flatMap((texts) => (texts.length > MOST ? [] : texts));
}

function operandText(run: Run, edge: GraphEdge): FlowText[] {
  const [only, ...more] = edge.edges;
  if (only === undefined || more.length > 0) return [];
  const { op, slot } = at(run.trace.edges, only);
  const { tensor, version } = at(run.trace.ops, op).inputs[slot] ?? {};
  const numbers = tensor == null || version == null ? null : run.numbers(tensor, version);
  return numbers ? [{ edge, kind: "operand", lines: [gradientText(numbers)] }] : [];
}

function arrivedText(run: Run, edge: GraphEdge, states: SceneStates): FlowText[] {
  const value = states.edges.get(edge.id)?.cotangent ?? null;
  return value === null
    ? []
    : [{ edge, kind: "arrived", lines: [signed(gradientText(numbersOf(run.trace, value)))] }];
}

function productText(run: Run, edge: GraphEdge, states: SceneStates): FlowText[] {
  const cotangent = states.edges.get(edge.id)?.cotangent ?? null;
  if (cotangent === null) return [];
  const result = numbersOf(run.trace, cotangent);
  const found = vjpOf(run, edge.edges[0], states.step);
  const rule = found && ruleOf(run, found);
  const unreduced = found && unreducedOf(run, found);
  const whole = gradientText(unreduced ?? result);
  const isSaid = rule && rule.text !== whole;
  const lines = isSaid ? [rule.text, `= ${whole}`] : [whole];
  if (unreduced) lines.push(sumText(unreduced, result));
  return [{ edge, kind: "product", lines, incoming: isSaid ? rule.incoming : null }];
}

interface VjpSlot {
  /** Position of the `vjp` event. */
  readonly event: number;
  /** Slot of the node's next_functions. */
  readonly slot: number;
}

/** The VJP of this step that sent something along an edge. */
function vjpOf(run: Run, edge: number | undefined, step: Step): VjpSlot | null {
  if (edge === undefined) return null;
  const { node } = at(run.trace.ops, at(run.trace.edges, edge).op);
  const slot = node === null ? undefined : run.trackedEdges(node).find(([own]) => own === edge)?.[1];
  if (slot === undefined) return null;
  for (let event = step.from; event < step.to; event++) {
    const ran = at(run.trace.events, event);
    if (ran.kind === "vjp" && ran.node === node) return { event, slot };
  }
  return null;
}

/** `[1, 1] · [0, 3.5]`; where that is too long to be read in passing, with names; null if that is too long as well. */
function ruleOf(run: Run, { event, slot }: VjpSlot): { text: string; incoming: Stretch | null } | null {
  const put = vjpWithNumbers(run, event, slot);
  if (!put || put.numbers === put.result) return null;
  const found = [put.numbers, put.symbols].find(({ length }) => length > 0 && length <= LONGEST);
  if (found === undefined) return null;
  const text = asMathematics(found);
  // Of numbers it is known which is the gradient where the formula begins with it, but for a sign or a bracket.
  const begins = /^.?grad\b/.test(put.symbols);
  const gradient = found === put.symbols ? "grad" : begins ? asMathematics(put.gradient) : "";
  const from = gradient ? text.indexOf(gradient) : -1;
  return { text, incoming: from < 0 ? null : [from, from + gradient.length] };
}

function unreducedOf(run: Run, { event, slot }: VjpSlot): Numbers | null {
  const ran = at(run.trace.events, event);
  const value = ran.kind === "vjp" ? (ran.unreduced[slot] ?? null) : null;
  return value === null ? null : numbersOf(run.trace, value);
}

/** What was broadcast gets the sum: `0 + 8 = 8` where it is one number of few, else `Σ = [3, 6]`. */
function sumText(unreduced: Numbers, result: Numbers): string {
  const total = gradientText(result);
  if (count(result.shape) > 1 || count(unreduced.shape) > SUMMANDS) return `Σ = ${total}`;
  const terms = unreduced.data.map((_, i) => {
    const text = formatElement(unreduced, i);
    return unreduced.parts ? `(${text})` : text;
  });
  return `${added(terms)} = ${total}`;
}
