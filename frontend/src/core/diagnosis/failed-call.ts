/** The call that failed, as kinds of errors see it: its code and place, its operands, and ways to change them. */

import { replaceSpan } from "../explain/edits";
import {
  asReceiver,
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
import type { Fix, Mark, Told } from "./types";

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
    const parts = this.parts();
    const inOrder = this.binary !== null && tensors.length === 2;
    this.operands = tensors.map((tensor, i) => {
      const { shape, dtype } = at(run.trace.tensors, tensor);
      const part = inOrder ? parts[i] : parts.find(({ text }) => this.isCalled(tensor, text));
      return { tensor, shape, dtype, name: tensorPlace(run, tensor, event), part: part ?? null };
    });
  }

  /** The texts that operands can stand in, in order. */
  private parts(): Part[] {
    if (this.binary) return [this.binary.left, this.binary.right];
    const { receiver, args } = this.call ?? { receiver: null, args: [] };
    const given = args.flatMap(({ value }) => itemsOf(this.code, value) ?? value);
    return [...(receiver ? [receiver] : []), ...given];
  }

  private isCalled(tensor: number, text: string): boolean {
    const { op } = at(this.run.trace.tensors, tensor);
    const span = op === null ? null : at(this.run.trace.ops, op).span;
    return (
      this.run.namesUntil(tensor, this.event).includes(text) ||
      (span !== null && this.run.source(span) === text)
    );
  }

  tell(key: DiagnosisKey, holes: Record<string, Hole> = {}): Told {
    return tell(key, { ...this.where, ...holes });
  }

  mark(operand: Operand, label: DiagnosisKey, holes: Record<string, Hole> = {}): Mark {
    return { tensor: operand.tensor, role: "cause", label: tell(label, holes) };
  }

  /** The call with other text in the place of a part of it. */
  replaced(label: Told, part: Part, text: string): Fix {
    const better = this.code.slice(0, part.from) + text + this.code.slice(part.to);
    return { label, edits: [replaceSpan(this.run, this.span, better)] };
  }

  /** The call with a method called on an operand, as `.T`; nothing where the operand is not in its code. */
  with({ part }: Operand, method: string): Fix[] {
    if (!part || (this.isAugmented && part === this.binary?.left)) return [];
    const text = `${asReceiver(part.text)}${method}`;
    return [this.replaced(tell("fixUse", { text }), part, text)];
  }

  /** The whole expression anew. */
  anew(text: string, label: Told = tell("fixUse", { text })): Fix {
    return { label, edits: [replaceSpan(this.run, this.span, text)] };
  }

  nameOf(tensor: number): string {
    return nameOf(this.run, tensor, this.event);
  }
}

export const sized = (shape: readonly number[]): string => `[${shape.join(", ")}]`;
