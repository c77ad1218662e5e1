/** The numbers of one tensor: a strided gather from the flat value of its storage at a version. */

import type { Summary, Trace, Value } from "../schema/trace";
import { at } from "./lists";

type Listed = Exclude<Value["data"], number>;

export type Scalar = number | boolean;

/** Numbers, row-major: all, or the first `options.max_elements`; null where the trace holds none. */
export interface Numbers {
  shape: number[];
  dtype: string;
  /** Of complex numbers the absolute values, which are all that pictures and statistics show. */
  data: (Scalar | null)[];
  /** Of complex numbers their real and imaginary parts. */
  parts?: (readonly [Scalar | null, Scalar | null])[];
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
  // A value that lists the same as one before names that.
  const source = typeof flat.data === "number" ? at(trace.values, flat.data) : flat;
  const listed = source.data as Listed;
  const view = flat.storage === null ? undefined : (tensor ?? firstTensors(trace).get(flat.storage));
  if (view === undefined) {
    const { shape, dtype } = flat;
    const length = listed.length / widthOf(dtype);
    const places = Array.from({ length }, (_, i) => i);
    const truncated = length < count(shape);
    return { shape, dtype, ...elements(listed, places, dtype), truncated, summary: source.summary };
  }
  const { shape, strides, offset, dtype } = at(trace.tensors, view);
  const total = count(shape);
  const index = shape.map(() => 0);
  const places: number[] = [];
  let position = offset;
  while (places.length < Math.min(total, trace.options.max_elements)) {
    places.push(position);
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
  const summary = total === count(flat.shape) ? source.summary : null;
  const found = elements(listed, places, dtype);
  const truncated = places.length < total || found.data.includes(null);
  return { shape, dtype, ...found, truncated, summary };
}

/** Sums are rounded, in some dtypes to few digits, and in an order of their own. */
const ROUNDED = 0.05;

/** Whether a gradient is the sum of what came in, as far as can be told: a hook may have made another of it. */
export function isSumOf({ data, parts }: Numbers, summands: readonly Numbers[]): boolean {
  return data.every((total, i) => {
    const each = summands.map((one) => Number(one.data[i] ?? Number.NaN));
    const sum = each.reduce((left, right) => left + right);
    const most = each.reduce((left, right) => left + Math.abs(right), 0);
    return parts || Number.isNaN(sum) || total === sum || Math.abs(Number(total) - sum) <= most * ROUNDED;
  });
}

/** How many numbers of the trace an element is: a complex one has two parts. */
function widthOf(dtype: string): number {
  return dtype.startsWith("complex") ? 2 : 1;
}

function elements(listed: Listed, places: number[], dtype: string): Pick<Numbers, "data" | "parts"> {
  const number = (position: number): Scalar | null => {
    const found = listed[position];
    return found === undefined ? null : decode(found);
  };
  if (widthOf(dtype) === 1) return { data: places.map(number) };
  const parts = places.map((place) => [number(2 * place), number(2 * place + 1)] as const);
  return {
    data: parts.map(([real, imaginary]) =>
      imaginary === null ? null : Math.hypot(Number(real), Number(imaginary)),
    ),
    parts,
  };
}

const firsts = new WeakMap<Trace, Map<number, number>>();

/** By storage, the tensor it was made for. */
function firstTensors(trace: Trace): Map<number, number> {
  let found = firsts.get(trace);
  if (!found) {
    found = new Map(trace.tensors.map(({ storage }, tensor) => [storage, tensor] as const).reverse());
    firsts.set(trace, found);
  }
  return found;
}

export function count(shape: number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function decode(number: Listed[number]): Scalar {
  return typeof number === "string" ? NOT_FINITE[number] : number;
}
