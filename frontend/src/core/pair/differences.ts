/** Whether numbers of two runs are the same, and what a step of the one brings that its counterpart does not. */

import type { Event } from "../../schema/trace";
import { at } from "../lists";
import type { Run } from "../run";
import type { Step } from "../types";
import { numbersOf } from "../values";
import type { Counterparts } from "./counterparts";

/**
 * `only`: the other run has no such card, or the edge leads elsewhere in it. `tracking`: a gradient can come there in one run
 * only. `true`, `false`: how a test came out here, where it came out otherwise in the other.
 */
export type Difference = "only" | "value" | "gradient" | "tracking" | "true" | "false";

/** Compares values of the one run with values of the other. */
export class Comparer {
  constructor(readonly between: Counterparts) {}

  /** Whether two values (positions in their traces) are the same numbers; nothing is only like nothing. */
  isSame(
    one: number | null,
    other: number | null,
    tensors: readonly [number | null, number | null] = [null, null],
  ): boolean {
    if (one === null || other === null) return one === other;
    const a = numbersOf(this.between.a.trace, one, tensors[0] ?? undefined);
    const b = numbersOf(this.between.b.trace, other, tensors[1] ?? undefined);
    return (
      a.dtype === b.dtype &&
      a.shape.join() === b.shape.join() &&
      a.data.length === b.data.length &&
      a.parts?.join() === b.parts?.join() &&
      // NaN is like NaN here, and 0 like -0.
      a.data.every((number, i) => number === b.data[i] || Object.is(number, b.data[i])) &&
      // What is not listed is compared by what is said of all of it.
      JSON.stringify(a.summary ?? null) === JSON.stringify(b.summary ?? null)
    );
  }

  /** What a step of the one run brings otherwise than its counterpart in the other: the test's outcome before the text, the
   * text before the numbers. */
  differs(stepA: Step, stepB: Step): Brings | null {
    const { a, b } = this.between;
    if (testsOf(a, stepA) !== testsOf(b, stepB)) return "branch";
    if (textOf(a, stepA) !== textOf(b, stepB)) return "output";
    const [one, other] = [numbersBroughtBy(a, stepA), numbersBroughtBy(b, stepB)];
    if (one.length !== other.length) return "values";
    const isAlike = one.every(({ value, tensor }, i) => {
      const match = at(other, i);
      return this.isSame(value, match.value, [tensor, match.tensor]);
    });
    return isAlike ? null : "values";
  }
}

/** How a pair of steps differs. */
export type Brings = "branch" | "output" | "values";

function testsOf(run: Run, step: Step): string {
  return eventsOf(run, step)
    .map((event) => (event.kind === "branch" ? Number(event.value) : ""))
    .join("");
}

function textOf(run: Run, step: Step): string {
  return printed(run, step)
    .map(({ text }) => text)
    .join("");
}

/** A stretch of an output of a cell. */
export interface Printed {
  readonly cell: number;
  readonly output: number;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The text that a step prints. */
export function printed(run: Run, step: Step): Printed[] {
  return eventsOf(run, step).flatMap((event, i): Printed[] => {
    if (event.kind !== "output") return [];
    const { cell, output, length } = event;
    const from = run.cellAt(cell, step.from + i).outputs[output] ?? 0;
    const text = run.trace.cells[cell]?.outputs[output]?.text.slice(from, length) ?? "";
    return [{ cell, output, from, to: length, text }];
  });
}

export function eventsOf(run: Run, step: Step): Event[] {
  return run.trace.events.slice(step.from, step.to);
}

interface Brought {
  readonly value: number | null;
  readonly tensor: number | null;
}

/** The values that a step's events bring, in order. */
function numbersBroughtBy(run: Run, step: Step): Brought[] {
  const bare = (value: number | null): Brought => ({ value, tensor: null });
  return eventsOf(run, step).flatMap((event): Brought[] => {
    switch (event.kind) {
      case "op":
        return at(run.trace.ops, event.op).outputs.map((tensor) => ({
          value: run.valueAt(tensor, run.versionAfter(event.op, tensor)),
          tensor,
        }));
      case "vjp":
        return event.cotangents_out.map(bare);
      case "accumulate":
      case "grad_cleared":
        return [bare(event.result)];
      case "capture":
        return [bare(event.contribution)];
      default:
        return [];
    }
  });
}
