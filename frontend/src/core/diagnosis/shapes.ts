/** Shapes that do not fit: broadcasting, laying out anew, weights of a backward pass. */

import { tell } from "../explain/said";
import { reversed, spliced } from "../lists";
import { count } from "../values";
import { anew, calling, replaced } from "./changes";
import { type FailedCall, type Operand, sized } from "./failed-call";
import { facts, overlaid, sideBySide } from "./fit";
import type { Explained, Kind } from "./kind";
import type { Fix, Mark } from "./types";

export const SHAPES: readonly Kind[] = [
  { says: /^inconsistent tensor size, expected tensor/, explain: (call) => broadcasting(call, "meansDot") },
  {
    says: /^The size of tensor a \((\d+)\) must match/,
    explain: (call) => broadcasting(call, "meansBroadcast"),
  },
  { says: /^Target size \(torch\.Size/, explain: (call) => broadcasting(call, "meansTargetSize") },
  {
    says: /^The expanded size of the tensor .*Target sizes: (\[.*?\])\. {2}Tensor sizes: (\[.*?\])/,
    explain: expanded,
  },
  { says: /^shape '(\[.*\])' is invalid for input of size (\d+)/, explain: laidOut },
  { says: /^view size is not compatible with input tensor's size and stride/, explain: strided },
  { says: /^Mismatch in shape: grad_output\[0\]/, explain: weights },
];

function broadcasting(call: FailedCall, meaning: Explained["meaning"]): Explained | null {
  const [a, b] = call.operands;
  if (!a || !b) return null;
  const axes = clashes(a.shape, b.shape);
  const [left, right] = axes[0] ?? [];
  return {
    happened: [
      left === undefined || right === undefined
        ? call.tell("targetSizes", { a: a.name, b: b.name, left: sized(a.shape), right: sized(b.shape) })
        : call.tell("broadcastAxes", {
            a: a.name,
            b: b.name,
            left: String(left),
            right: String(right),
          }),
    ],
    meaning,
    fit: meaning === "meansBroadcast" ? overlaid(call.operands) : sideBySide([a, b], () => false),
    marks: [a, b].map((each) => call.mark(each, "markShape", { shape: sized(each.shape) })),
    // Of predictions and targets the targets are brought into shape.
    tries: (meaning === "meansTargetSize"
      ? [alongside(call, b, a), alongside(call, a, b)]
      : [alongside(call, a, b), alongside(call, b, a)]
    ).flat(),
  };
}

/** Pairs of sizes that stand over each other and do not fit, from the last axis on. */
function clashes(a: readonly number[], b: readonly number[]): [number, number][] {
  return Array.from({ length: Math.min(a.length, b.length) }, (_, i): [number, number] => [
    a.at(-1 - i) ?? 1,
    b.at(-1 - i) ?? 1,
  ]).filter(([left, right]) => left !== right && left !== 1 && right !== 1);
}

/** Ways to lay one operand along another without making the other larger. */
function alongside(call: FailedCall, one: Operand, other: Operand): Fix[] {
  const tries: Fix[] = [];
  const fits = (shape: readonly number[]) =>
    clashes(shape, other.shape).length === 0 &&
    shape.length <= other.shape.length &&
    shape.every((size, i) => size <= (other.shape.at(i - shape.length) ?? 0));
  if (count([...one.shape]) === count([...other.shape]) && one.shape.join() === reversed(other.shape).join())
    if (one.shape.length === 2) tries.push(...calling(call, one, ".T"));
  if (
    count([...one.shape]) === count([...other.shape]) &&
    other.part &&
    one.shape.length !== other.shape.length
  )
    tries.push(...calling(call, one, `.reshape_as(${other.part.text})`));
  if (one.shape.length < other.shape.length)
    for (let at = one.shape.length; at >= 0; at--)
      if (fits(spliced(one.shape, at, 0, 1)))
        tries.push(...calling(call, one, `.unsqueeze(${at === one.shape.length ? -1 : at})`));
  return tries;
}

function expanded(call: FailedCall, [, target = "", own = ""]: string[]): Explained | null {
  const read = (text: string) => text.slice(1, -1).split(", ").filter(Boolean).map(Number);
  const [wanted, had] = [read(target), read(own)];
  return {
    happened: [call.tell("expandedSizes", { target, own })],
    meaning: "meansExpanded",
    fit: overlaid([
      { name: call.code, shape: wanted },
      { name: call.operands.at(-1)?.name ?? "", shape: had },
    ]),
    marks: call.operands.slice(-1).map((each) => call.mark(each, "markShape", { shape: own })),
  };
}

function laidOut(call: FailedCall, [, wanted = "", size = ""]: string[]): Explained | null {
  const [a] = call.operands;
  if (!a) return null;
  const sizes = wanted.slice(1, -1).split(", ").map(Number);
  const holds = sizes.includes(-1) ? null : count(sizes);
  return {
    happened: [
      holds === null
        ? call.tell("layoutRest", { a: a.name, size, wanted, known: String(-count(sizes)) })
        : call.tell("layoutSizes", { a: a.name, size, wanted, holds: String(holds) }),
    ],
    meaning: "meansLayout",
    fit: facts([
      { name: a.name, text: `${a.shape.join(" × ") || "1"} = ${size}`, clash: true },
      {
        name: wanted,
        text: holds === null ? `${-count(sizes)} × ?` : `${sizes.join(" × ")} = ${holds}`,
        clash: true,
      },
    ]),
    marks: [call.mark(a, "markElements", { size })],
    tries: otherLayouts(call, sizes, Number(size)),
  };
}

/** One of the sizes left to PyTorch, the first first; or all in one axis. */
function otherLayouts(call: FailedCall, sizes: number[], size: number): Fix[] {
  const args = call.call?.args ?? [];
  const [first] = args;
  if (!call.call?.receiver || !first) return [];
  const { callee } = call.call;
  const layouts = sizes.includes(-1) ? [] : sizes.map((_, at) => spliced(sizes, at, 1, -1));
  const fitting = layouts.filter((layout) => size % Math.abs(count(layout)) === 0);
  return [...fitting, [-1]].map((layout) => anew(call, `${callee}(${layout.join(", ")})`));
}

function strided(call: FailedCall): Explained | null {
  const [a] = call.operands;
  if (!a) return null;
  const { strides } = call.run.trace.tensors[a.tensor] ?? { strides: [] };
  const better = call.code.replace(/\.view\((?=[^()]*(?:\([^()]*\)[^()]*)*\)$)/, ".reshape(");
  return {
    happened: [call.tell("layoutStrides", { a: a.name, strides: sized(strides), shape: sized(a.shape) })],
    meaning: "meansStrides",
    marks: [call.mark(a, "markStrides", { strides: sized(strides) })],
    tries: better === call.code ? [] : [anew(call, better)],
  };
}

function weights(call: FailedCall): Explained | null {
  const [root, given] = call.operands;
  if (!root || !given) return null;
  const { receiver } = call.call ?? {};
  const marks: Mark[] = [call.mark(root, "markShape", { shape: sized(root.shape) })];
  return {
    happened: [
      call.tell("weightSizes", { root: root.name, left: sized(root.shape), right: sized(given.shape) }),
    ],
    meaning: "meansWeights",
    fit: sideBySide([root, { name: given.name, shape: given.shape }], () => false),
    marks,
    tries:
      receiver && given.part
        ? [replaced(call, tell("fixOnes"), given.part, `torch.ones_like(${receiver.text})`)]
        : [],
  };
}
