/** What a layer takes and what it was given. */

import { at, spliced } from "../lists";
import { calling } from "./changes";
import { type FailedCall, type Operand, sized } from "./failed-call";
import { sideBySide } from "./fit";
import type { Explained, Kind } from "./kind";
import { holes, layerOf, madeFor } from "./layer";

export const LAYERS: readonly Kind[] = [
  {
    says: /^Given groups=(\d+), weight of size .* to have (\d+) channels, but got (\d+) channels/,
    explain: channels,
  },
  { says: /^Given normalized_shape=\[(.*)\], expected input with shape/, explain: normalised },
  { says: /^running_mean should contain (\d+) elements not (\d+)/, explain: features },
  { says: /^input\.size\(-1\) must be equal to input_size\. Expected (\d+), got (\d+)/, explain: recurrent },
  { says: /^index out of range in self/, explain: embedded },
];

function channels(call: FailedCall, [, groups = "1", takes = "", brings = ""]: string[]): Explained | null {
  const layer = layerOf(call);
  const [x] = call.operands;
  const weight = layer?.weight ?? call.operands[1];
  if (!x || !weight) return null;
  const inputs = spliced(x.shape, x.shape.length - weight.shape.length + 1, 1, Number(takes));
  // Pictures come as [height, width, channels] from files.
  const isLast = x.shape.at(-1) === Number(takes) && x.shape.length === 4;
  return {
    happened: [
      layer
        ? call.tell("layerChannels", { ...holes(call, layer), takes })
        : call.tell("weightChannels", { weight: weight.name, takes }),
      call.tell("givenChannels", { x: x.name, shape: sized(x.shape), brings }),
    ],
    meaning: "meansChannels",
    fit: sideBySide(
      [x, { name: layer?.name ?? weight.name, shape: inputs }],
      (axis) => axis !== x.shape.length - weight.shape.length + 1,
    ),
    marks: [call.mark(x, "markChannels", { size: brings }), call.mark(weight, "markTakes", { size: takes })],
    tries: [
      ...(isLast ? calling(call, x, ".permute(0, 3, 1, 2)") : []),
      ...(layer && groups === "1" ? madeFor(call, layer, Number(brings)) : []),
    ],
  };
}

function normalised(call: FailedCall, [, wanted = ""]: string[]): Explained | null {
  const [x] = call.operands;
  if (!x) return null;
  return takesOther(call, x, wanted.split(", ").map(Number));
}

function features(call: FailedCall, [, brings = "", takes = ""]: string[]): Explained | null {
  const [x] = call.operands;
  const layer = layerOf(call);
  if (!x || !layer) return null;
  return {
    happened: [
      call.tell("layerTakes", { ...holes(call, layer), takes }),
      call.tell("givenFeatures", { x: x.name, shape: sized(x.shape), brings }),
    ],
    meaning: "meansNormalised",
    fit: sideBySide(
      [x, { name: layer.name, shape: spliced(x.shape, 1, 1, Number(takes)) }],
      (axis) => axis !== 1,
    ),
    marks: [call.mark(x, "markBrings", { size: brings })],
    tries: madeFor(call, layer, Number(brings)),
  };
}

function takesOther(call: FailedCall, x: Operand, wanted: readonly number[]): Explained | null {
  const layer = layerOf(call);
  const takes = wanted.join(", ");
  const brings = x.shape.slice(-wanted.length).join(", ");
  return {
    happened: [
      layer ? call.tell("layerTakes", { ...holes(call, layer), takes }) : call.tell("callTakes", { takes }),
      call.tell("layerGiven", { x: x.name, shape: sized(x.shape), brings }),
    ],
    meaning: "meansNormalised",
    fit: sideBySide(
      [x, { name: layer?.name ?? call.code, shape: [...x.shape.slice(0, -wanted.length), ...wanted] }],
      (axis) => axis < x.shape.length - wanted.length,
    ),
    marks: [call.mark(x, "markBrings", { size: brings })],
    tries: layer && wanted.length === 1 ? madeFor(call, layer, x.shape.at(-1) ?? 0) : [],
  };
}

function recurrent(call: FailedCall, [, takes = ""]: string[]): Explained | null {
  const [x] = call.operands;
  return x ? takesOther(call, x, [Number(takes)]) : null;
}

function embedded(call: FailedCall): Explained | null {
  const [index, table] = call.operands;
  if (!index || !table) return null;
  const layer = layerOf(call);
  const rows = table.shape[0] ?? 0;
  const { storage } = at(call.run.trace.tensors, index.tensor);
  const version = call.run.storageAt(storage, call.event)?.version ?? 0;
  const asked = (call.run.numbers(index.tensor, version)?.data ?? []).map(Number);
  const odd = asked.find((each) => each < 0 || each >= rows);
  if (odd === undefined) return null;
  return {
    happened: [
      call.tell("tableRows", {
        table: layer?.name ?? table.name,
        rows: String(rows),
        last: String(rows - 1),
      }),
      call.tell("tableAsked", { index: index.name, asked: String(odd) }),
    ],
    meaning: "meansTable",
    marks: [
      call.mark(index, "markAsks", { size: String(odd) }),
      call.mark(table, "markHasRows", { size: String(rows) }),
    ],
    tries: layer && odd >= 0 ? madeFor(call, layer, Math.max(...asked) + 1) : [],
  };
}
