/** The numbers of one tensor: a strided gather from its storage's flat value. */
import type { Trace } from "../schema/trace";

export type Scalar = number | boolean;

/** A tensor's numbers, row-major. `data` holds fewer than the shape says if the trace was cut short there. */
export interface Numbers {
  shape: number[];
  dtype: string;
  data: (Scalar | null)[];
  truncated: boolean;
}

/** A tensor's numbers at a storage version; null if the trace does not hold them. */
export function valueOf(_trace: Trace, _tensor: number, _version: number): Numbers | null {
  throw new Error("not yet");
}

/** A value by position, seen as `tensor` if given: for cotangents and `.grad`. */
export function numbersOf(_trace: Trace, _value: number, _tensor?: number): Numbers {
  throw new Error("not yet");
}
