/** The numbers of one tensor: a strided gather from the flat value of its storage at a version. */

import type { Summary, Trace, Value } from "../schema/trace";
import { at } from "./lists";

export type Scalar = number | boolean;

/** Numbers, row-major: all, or the first `options.max_elements`; null where the trace holds none. */
export interface Numbers {
  shape: number[];
  dtype: string;
  data: (Scalar | null)[];
  truncated: boolean;
  /** What the trace says of all of them, where it lists only the first. */
  summary?: Summary | null;
}

const NOT_FINITE = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

/** `storage:version` to the position in `trace.values` of its numbers. */
export function findValues(trace: Trace): Map<string, number> {
  const found = new Map<string, number>();
  trace.values.forEach((value, index) => {
    if (value.storage !== null && value.version !== null)
      found.set(`${value.storage}:${value.version}`, index);
  });
  return found;
}

/** A tensor's numbers when its storage was at `version`; null if the trace does not hold them. */
export function tensorNumbers(trace: Trace, tensor: number, version: number): Numbers | null {
  const value = findValues(trace).get(`${at(trace.tensors, tensor).storage}:${version}`);
  return value === undefined ? null : numbersOf(trace, value, tensor);
}

/** A value as itself, or the part of a storage's value that `tensor` (or else the first tensor on it) shows. */
export function numbersOf(trace: Trace, value: number, tensor?: number): Numbers {
  const flat = at(trace.values, value);
  const view = flat.storage === null ? undefined : (tensor ?? firstTensors(trace).get(flat.storage));
  if (view === undefined) {
    const data = flat.data.map(decode);
    const { shape, dtype, summary } = flat;
    return { shape, dtype, data, truncated: data.length < count(shape), summary };
  }
  const { shape, strides, offset, dtype } = at(trace.tensors, view);
  const total = count(shape);
  const index = shape.map(() => 0);
  const data: (Scalar | null)[] = [];
  let position = offset;
  while (data.length < Math.min(total, trace.options.max_elements)) {
    const number = flat.data[position];
    data.push(number === undefined ? null : decode(number));
    // To the next element: the last axis moves fastest; an axis at its end goes back to its start.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] ?? 0;
      index[axis] = at(index, axis) + 1;
      position += stride;
      if (at(index, axis) < at(shape, axis)) break;
      position -= stride * at(index, axis);
      index[axis] = 0;
    }
  }
  // A storage is summed up whole: that holds for a tensor that shows all of it, in whatever order.
  const summary = total === count(flat.shape) ? flat.summary : null;
  return { shape, dtype, data, truncated: data.length < total || data.includes(null), summary };
}

const firsts = new WeakMap<Trace, Map<number, number>>();

/** By storage, the tensor it was made for. */
function firstTensors(trace: Trace): Map<number, number> {
  let found = firsts.get(trace);
  if (!found) {
    found = new Map(trace.tensors.map(({ storage }, tensor) => [storage, tensor] as const).toReversed());
    firsts.set(trace, found);
  }
  return found;
}

export function count(shape: number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function decode(number: Value["data"][number]): Scalar {
  return typeof number === "string" ? NOT_FINITE[number] : number;
}
