/** The call that failed, as kinds of errors see it: its code and place, its operands, and ways to change them. */

import {
  augmentedOf,
  type Binary,
  binaryOf,
  type Call,
  callOf,
  itemsOf,
  type Part,
} from "../explain/expression";
import { codePlace, lineText, nameOf, tensorPlace } from "../explain/places";
import { type Hole, type Place, tell } from "../explain/said";
import { at } from "../lists";
import type { Run } from "../run";
import type { Shaped } from "./fit";
import type { DiagnosisKey } from "./sentences.en";
import type { Mark, Told } from "./types";

export interface Operand extends Shaped {
  tensor: number;
  name: Place;
  dtype: string;
  /** Where it stands in the call's own code; null where the library made it. */
  part: Part | null;
}

export class FailedCall {
  readonly code: string;
  readonly binary: Binary | null;
  /** `x += y`. */
  readonly isAugmented: boolean;
  readonly call: Call | null;
  readonly operands: readonly Operand[];
  /** For sentences: `{code}`, `{cell}`, `{line}`. */
  readonly where: Record<string, Hole>;

  constructor(
    readonly run: Run,
    readonly event: number,
    readonly span: number,
    tensors: readonly number[],
    readonly node: number | null,
    readonly tensor: number | null,
  ) {
    this.code = run.source(span);
    const augmented = augmentedOf(this.code);
    this.isAugmented = augmented !== null;
    this.binary = augmented ?? binaryOf(this.code);
    this.call = this.binary ? null : callOf(this.code);
    this.where = { code: codePlace(run, span, event), ...lineText(run, span) };
    this.operands = tensors.map((tensor, i) => {
      const { shape, dtype } = at(run.trace.tensors, tensor);
      return {
        tensor,
        shape,
        dtype,
        name: tensorPlace(run, tensor, event),
        part: partOf(this, tensor, tensors.length === 2 ? i : null),
      };
    });
  }

  tell(key: DiagnosisKey, holes: Record<string, Hole> = {}): Told {
    return tell(key, { ...this.where, ...holes });
  }

  mark(operand: Operand, label: DiagnosisKey, holes: Record<string, Hole> = {}): Mark {
    return { tensor: operand.tensor, role: "cause", label: tell(label, holes) };
  }

  nameOf(tensor: number): string {
    return nameOf(this.run, tensor, this.event);
  }
}

export const sized = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

/** Where an operand stands; `place` is which of two it is, where the call has two. */
function partOf(call: FailedCall, tensor: number, place: number | null): Part | null {
  const parts = partsOf(call);
  if (call.binary !== null && place !== null) return parts[place] ?? null;
  return parts.find(({ text }) => isCalled(call, tensor, text)) ?? null;
}

/** The texts that operands can stand in, in order. */
function partsOf({ binary, call, code }: FailedCall): Part[] {
  if (binary) return [binary.left, binary.right];
  const { receiver, args } = call ?? { receiver: null, args: [] };
  const given = args.flatMap(({ value }) => itemsOf(code, value) ?? value);
  return [...(receiver ? [receiver] : []), ...given];
}

function isCalled({ run, event }: FailedCall, tensor: number, text: string): boolean {
  const { op } = at(run.trace.tensors, tensor);
  const span = op === null ? null : at(run.trace.ops, op).span;
  return run.namesUntil(tensor, event).includes(text) || (span !== null && run.source(span) === text);
}
