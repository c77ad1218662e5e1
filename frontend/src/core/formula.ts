/** An op's formula with this run's numbers put in. */
import type { Run } from "./run";

/** One line of text per side: `z = u * x = [0, 1, 4, 9] * [0, 1, 2, 3] = [0, 1, 8, 27]`. */
export interface NumbersIn {
  symbols: string;
  numbers: string;
  result: string;
}

export function forwardWithNumbers(_run: Run, _op: number): NumbersIn | null {
  throw new Error("not yet");
}

/** The VJP of one slot at a `vjp` event: `grad * other = [1, 1, 1, 1] * [0, 1, 4, 9] = [0, 1, 4, 9]`. */
export function vjpWithNumbers(_run: Run, _event: number, _slot: number): NumbersIn | null {
  throw new Error("not yet");
}
