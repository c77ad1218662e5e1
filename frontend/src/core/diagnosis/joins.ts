/** Shapes that cannot be joined: cat, stack. */

import { tell } from "../explain/said";
import { anew, calling, replaced } from "./changes";
import { type FailedCall, type Operand, sized } from "./failed-call";
import { overlaid, sideBySide } from "./fit";
import type { Explained, Kind } from "./kind";
import type { Fix } from "./types";

export const JOINS: readonly Kind[] = [
  { says: /^Sizes of tensors must match except in dimension (\d+)/, explain: joined },
  { says: /^Tensors must have same number of dimensions/, explain: joinedUnlike },
  { says: /^stack expects each tensor to be equal size/, explain: stacked },
];

function joined(call: FailedCall, [, dimension = "0"]: string[]): Explained | null {
  const along = Number(dimension);
  const [first] = call.operands;
  const odd = call.operands.find(
    ({ shape }) => first && shape.some((size, axis) => axis !== along && size !== first.shape[axis]),
  );
  if (!first || !odd) return null;
  const axis = odd.shape.findIndex((size, i) => i !== along && size !== first.shape[i]);
  const other = first.shape.map((_, i) => i).filter((i) => i !== along);
  const agree = (free: number) =>
    call.operands.every(({ shape }) => shape.every((size, i) => i === free || size === first.shape[i]));
  return {
    happened: [
      call.tell("joinedSizes", {
        along: dimension,
        axis: String(axis),
        a: first.name,
        b: odd.name,
        left: String(first.shape[axis]),
        right: String(odd.shape[axis]),
      }),
    ],
    meaning: "meansJoined",
    fit: sideBySide(call.operands, (each) => each === along),
    marks: [first, odd].map((each) => call.mark(each, "markShape", { shape: sized(each.shape) })),
    tries: other.filter(agree).flatMap((free) => withAxis(call, free)),
  };
}

/** The call along another axis. */
function withAxis(call: FailedCall, axis: number): Fix[] {
  const args = call.call?.args ?? [];
  const given = args.find(({ name }) => name === "dim" || name === "axis") ?? args[1];
  const label = tell("fixAxis", { axis: String(axis) });
  if (given) return [replaced(call, label, given.value, String(axis))];
  return [anew(call, `${call.code.slice(0, -1).replace(/,\s*$/, "")}, dim=${axis})`, label)];
}

function joinedUnlike(call: FailedCall): Explained | null {
  const [first] = call.operands;
  const odd = call.operands.find(({ shape }) => shape.length !== first?.shape.length);
  if (!first || !odd) return null;
  const small = first.shape.length < odd.shape.length ? first : odd;
  const axes = ({ shape }: Operand) => String(shape.length);
  return {
    happened: [call.tell("joinedAxes", { a: first.name, b: odd.name, left: axes(first), right: axes(odd) })],
    meaning: "meansJoined",
    fit: overlaid(call.operands),
    marks: [first, odd].map((each) => call.mark(each, "markShape", { shape: sized(each.shape) })),
    tries: [0, -1].flatMap((at) => calling(call, small, `.unsqueeze(${at})`)),
  };
}

function stacked(call: FailedCall): Explained | null {
  const [first] = call.operands;
  const odd = call.operands.find(({ shape }) => sized(shape) !== sized(first?.shape ?? []));
  if (!first || !odd) return null;
  const [whole] = /^torch\.stack\b/.exec(call.code) ?? [];
  return {
    happened: [
      call.tell("stackedSizes", {
        a: first.name,
        b: odd.name,
        left: sized(first.shape),
        right: sized(odd.shape),
      }),
    ],
    meaning: "meansStacked",
    fit: sideBySide(call.operands, () => false),
    marks: [first, odd].map((each) => call.mark(each, "markShape", { shape: sized(each.shape) })),
    tries: whole ? [anew(call, `torch.cat${call.code.slice(whole.length)}`, tell("fixCat"))] : [],
  };
}
