/** Cuts a run's events into steps; what an event means for the steps is up to the kind of cutter. */

import type { Event, Trace } from "../schema/trace";
import { Statements } from "./statements";
import type { Step, StepKind } from "./types";

/**
 * What an event does to the steps: `opens` one, `follows` in the open one, `turns` the open one into a step about itself,
 * `leads` in to the next (it opens a step that the next opening event takes over), or `returns` from a call or a loop's
 * body to the statement around it, which leaves the line before as a step of its own.
 */
export type Role = "opens" | "follows" | "turns" | "leads" | "returns";

export abstract class Cutter {
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
