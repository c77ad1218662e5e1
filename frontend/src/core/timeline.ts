/**
 * Steps: which events the player takes in one move.
 *
 * By line, a statement is one step, a backward pass inside it another, and each test of a loop one. By op, each op, test,
 * output, VJP and accumulation is a step. Events that say no more than what came before them (a name for the op's result)
 * belong to that step; events that only lead in (a line begins, a storage is written) to the next.
 */

import type { Event, Trace } from "../schema/trace";
import { at, countBelow } from "./lists";
import { Statements } from "./statements";
import type { Granularity, Step, StepKind, Tick, Timeline } from "./types";

export function buildTimeline(trace: Trace, granularity: Granularity): Timeline {
  const cutter = granularity === "op" ? new ByOp(trace) : new ByLine(trace);
  const steps = cutter.cut();
  return { granularity, steps, ticks: ticks(trace, steps) };
}

/** The step (its position) during which the event happens: keeps the place when the granularity changes. */
export function stepOfEvent(timeline: Timeline, event: number): number {
  const starts = timeline.steps.map(({ from }) => from);
  return Math.max(0, countBelow(starts, event + 1) - 1);
}

/**
 * What an event does to the steps: `opens` one, `follows` in the open one, `turns` the open one into a step about itself,
 * `leads` in to the next (it opens a step that the next opening event takes over), or `returns` from a call or a loop's
 * body to the statement around it, which leaves the line before as a step of its own.
 */
type Role = "opens" | "follows" | "turns" | "leads" | "returns";

abstract class Cutter {
  protected open: Step | null = null;
  protected readonly statements: Statements;
  /** The backward passes under way, outermost first. */
  private readonly running: number[] = [];
  private readonly steps: Step[] = [];
  private backwards = 0;
  private cell: number | null = null;
  /** The kind of event that led in to the open step, if nothing has opened it since. */
  private lead: Event["kind"] | null = null;

  constructor(protected readonly trace: Trace) {
    this.statements = new Statements(trace);
  }

  protected get backward(): number | null {
    return this.running.at(-1) ?? null;
  }

  protected abstract role(event: Event): Role;
  protected abstract describe(event: Event): Partial<Step>;

  cut(): Step[] {
    this.trace.events.forEach((event, index) => {
      this.take(event, index);
    });
    this.close(this.trace.events.length);
    return this.steps;
  }

  private take(event: Event, index: number): void {
    if (event.kind === "cell_begin") {
      this.cell = event.cell;
      this.statements.clear();
    } else if (event.kind === "line") this.statements.begin(event.span, event.scope);
    else if (event.kind === "backward_begin") this.running.push(++this.backwards);

    const role = this.role(event);
    if (role === "turns" && this.open) {
      const { from, to, op } = this.open;
      this.open = { ...this.step(event), from, to, op };
      this.lead = null;
    } else if (!this.open || role !== "follows") {
      // Of two lines in a row, the first came to nothing else and is a step of its own.
      const leadsOn = role === "opens" || this.lead === "cell_begin" || event.kind !== "line";
      const taken = this.lead !== null && role !== "returns" && leadsOn;
      const from = taken && this.open ? this.open.from : index;
      if (!taken) this.close(index);
      this.open = { ...this.step(event), from };
      this.lead = role === "leads" ? event.kind : null;
    } else this.lead = null;

    if (event.kind === "backward_end") this.running.pop();
    if (event.kind === "cell_end") this.cell = null;
  }

  private close(to: number): void {
    if (this.open) this.steps.push({ ...this.open, to });
    this.open = null;
    this.lead = null;
  }

  private step(event: Event): Step {
    const statement = this.statements.current;
    return {
      from: 0,
      to: 0,
      kind: kindOf(event),
      direction: this.backward === null ? "forward" : "backward",
      span: statement?.span ?? null,
      scope: statement?.scope ?? null,
      cell: this.cell,
      backward: this.backward,
      op: null,
      node: null,
      line: statement?.span ?? null,
      ...this.describe(event),
    };
  }
}

class ByOp extends Cutter {
  protected role(event: Event): Role {
    const open = this.open;
    switch (event.kind) {
      case "cell_begin":
      case "line":
      case "write":
        // A write comes just before the op or the accumulation that made it.
        return "leads";
      case "cell_end":
      case "free":
      case "backward_end":
        return "follows";
      case "op":
        return this.roleOfOp(event.op);
      case "bind":
        this.statements.resume(null, event.scope);
        return event.tensor === null || this.justMade(event.tensor) ? "follows" : "opens";
      case "requires_grad":
        return this.justMade(event.tensor) ? "follows" : "opens";
      case "output":
        return this.roleOfOutput(event.cell, event.output);
      case "branch":
        // The op that asked the tensor for its truth value came just before.
        return open?.kind === "op" && open.op !== null && !at(this.trace.ops, open.op).outputs.length
          ? "turns"
          : "opens";
      case "grad_cleared":
        return open?.kind === "op" && event.grad !== null && this.justMade(event.grad) ? "turns" : "opens";
      case "vjp":
        // With create_graph, the ops that this node ran came first: they are part of it.
        return open?.kind === "op" && this.nodeAtWork() === event.node ? "turns" : "opens";
      case "accumulate":
        return open?.kind === "op" && this.justMade(event.grad) ? "turns" : "opens";
      default:
        return "opens";
    }
  }

  private roleOfOp(index: number): Role {
    const op = at(this.trace.ops, index);
    const open = this.open;
    if (op.during !== null && open?.kind === "op" && this.nodeAtWork() === op.during) return "follows";
    // x.grad.zero_() is told as what it does to .grad, whichever of the two events comes first.
    if (open?.kind === "grad_cleared" && op.in_place && open.span === op.span) return "follows";
    this.statements.resume(op.span, op.scope);
    return "opens";
  }

  /** A traceback or a warning's text comes just before the event that says what it is. */
  private roleOfOutput(cell: number, output: number): Role {
    const kind = this.trace.cells[cell]?.outputs[output]?.kind;
    if (kind === "error" || kind === "warning") return "leads";
    return this.open?.kind === "output" && this.open.cell === cell ? "follows" : "opens";
  }

  private justMade(tensor: number): boolean {
    const op = this.open?.op ?? null;
    return op !== null && at(this.trace.ops, op).outputs.includes(tensor);
  }

  private nodeAtWork(): number | null {
    const op = this.open?.op ?? null;
    return op === null ? null : at(this.trace.ops, op).during;
  }

  protected describe(event: Event): Partial<Step> {
    switch (event.kind) {
      case "op": {
        const { span, scope } = at(this.trace.ops, event.op);
        return span === null ? { op: event.op } : { op: event.op, span, scope };
      }
      case "branch":
        return { span: event.span, scope: event.scope };
      case "backward_begin":
        return event.span === null ? {} : { span: event.span, scope: event.scope };
      case "vjp":
      case "accumulate":
        return { node: event.node };
      case "error":
        return event.span === null ? {} : { span: event.span };
      default:
        return {};
    }
  }
}

class ByLine extends Cutter {
  protected role(event: Event): Role {
    switch (event.kind) {
      case "cell_begin":
      case "line":
        return "leads";
      case "backward_begin":
      case "error":
        return "opens";
      case "cell_end":
        return "follows";
      case "branch":
        // A test ends its step: what it decides comes next.
        return this.isOver() ? "opens" : "turns";
      case "op": {
        const { span, scope, during } = at(this.trace.ops, event.op);
        if (during !== null) return "follows";
        if (this.statements.resume(span, scope)) return "returns";
        return this.isOver() ? "opens" : "follows";
      }
      case "bind":
        if (this.statements.resume(null, event.scope)) return "returns";
        return this.isOver() ? "opens" : "follows";
      default:
        return this.isOver() ? "opens" : "follows";
    }
  }

  /** Whether more of the same line is another step. */
  private isOver(): boolean {
    return this.open?.kind === "branch" || (this.open?.direction === "backward" && this.backward === null);
  }

  protected describe(event: Event): Partial<Step> {
    if (event.kind === "branch") return { span: event.span, scope: event.scope };
    if (event.kind === "backward_begin") return { kind: "backward" };
    return event.kind === "error" ? {} : { kind: "line" };
  }
}

function kindOf(event: Event): StepKind {
  switch (event.kind) {
    case "cell_begin":
    case "cell_end":
    case "write":
    case "free":
    case "backward_end":
      return "line";
    default:
      return event.kind;
  }
}

function ticks(trace: Trace, steps: Step[]): Tick[] {
  const marks: Tick[] = [];
  let cell: number | null = null;
  let backward: number | null = null;
  steps.forEach((step, position) => {
    if (step.cell !== null && step.cell !== cell)
      marks.push({ step: position, kind: "cell", number: step.cell });
    if (step.backward !== null && step.backward !== backward)
      marks.push({ step: position, kind: "backward", number: step.backward });
    if (trace.events.slice(step.from, step.to).some(({ kind }) => kind === "error"))
      marks.push({ step: position, kind: "error", number: step.cell ?? 0 });
    cell = step.cell ?? cell;
    backward = step.backward ?? backward;
  });
  return marks;
}
