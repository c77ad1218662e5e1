/** A linear layer that was given another number of features than it takes. */

import { replaceSpan } from "../explain/edits";
import { tell } from "../explain/said";
import { at } from "../lists";
import { count } from "../values";
import { calling } from "./changes";
import { type FailedCall, type Operand, sized } from "./failed-call";
import { factors } from "./fit";
import type { Explained, Kind } from "./kind";
import { holes, type Layer, layerOf, madeFor } from "./layer";
import type { Fix } from "./types";

export const LINEAR: readonly Kind[] = [
  { says: /^mat1 and mat2 shapes cannot be multiplied/, explain: linear },
];

function linear(call: FailedCall): Explained | null {
  const layer = layerOf(call);
  const [x] = call.operands;
  if (!layer || !x) return null;
  const [gives = 0, takes = 0] = layer.weight.shape;
  const brings = x.shape.at(-1) ?? 0;
  return {
    happened: [
      call.tell("layerTakes", { ...holes(call, layer), takes: String(takes) }),
      call.tell("layerGiven", { x: x.name, shape: sized(x.shape), brings: String(brings) }),
    ],
    meaning: "meansLinear",
    fit: factors(x, { name: layer.name, shape: [takes, gives] }),
    marks: [
      call.mark(x, "markBrings", { size: String(brings) }),
      call.mark(layer.weight, "markTakes", { size: String(takes) }),
    ],
    tries: mends(call, layer, x),
  };
}

/** The input laid flat or turned, or the layer made for what it was given. */
function mends(call: FailedCall, layer: Layer, x: Operand): Fix[] {
  const takes = layer.weight.shape[1] ?? 0;
  const flat = count(x.shape.slice(1));
  const inSequence = call.run.source(layer.span).length < (statementOf(call, layer)?.length ?? 0);
  const flatten =
    x.shape.length > 2
      ? x.part
        ? calling(call, x, ".flatten(1)")
        : inSequence
          ? flattened(call, layer)
          : []
      : [];
  const turn = x.shape.length === 2 && x.shape[0] === takes ? calling(call, x, ".T") : [];
  return [
    ...(flat === takes ? flatten : []),
    ...turn,
    ...(x.part || x.shape.length <= 2 ? both(flatten, madeFor(call, layer, flat)) : []),
    ...(x.part || x.shape.length <= 2 ? [] : madeFor(call, layer, flat, "nn.Flatten(), ")),
    ...madeFor(call, layer, x.shape.at(-1) ?? 0),
  ];
}

function both([one]: Fix[], [two]: Fix[]): Fix[] {
  return one && two ? [{ label: two.label, edits: [...one.edits, ...two.edits] }] : [];
}

/** The text of the statement that made a layer. */
function statementOf({ run }: FailedCall, { span }: Layer): string | null {
  const { cell, line } = at(run.trace.spans, span);
  return at(run.trace.cells, cell).source.split("\n")[line - 1] ?? null;
}

function flattened({ run }: FailedCall, { made, span }: Layer): Fix[] {
  const text = `nn.Flatten(), ${made}`;
  return [{ label: tell("fixMade", { text }), edits: [replaceSpan(run, span, text)] }];
}
