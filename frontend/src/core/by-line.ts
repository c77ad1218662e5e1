/** Steps by line: each statement is one, a backward pass inside it another, and each test of a loop one. */

import type { Event } from "../schema/trace";
import { Cutter, type Role } from "./cutter";
import { at } from "./lists";
import type { Step } from "./types";

export class ByLine extends Cutter {
  protected role(event: Event): Role {
    switch (event.kind) {
      case "cell_begin":
      case "line":
        return "leads";
      case "backward_begin":
      case "error":
      case "gap":
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
  protected isOver(): boolean {
    return this.open?.kind === "branch" || (this.open?.direction === "backward" && this.backward === null);
  }

  protected describe(event: Event): Partial<Step> {
    if (event.kind === "branch") return { span: event.span, scope: event.scope };
    if (event.kind === "backward_begin") return { kind: "backward" };
    return event.kind === "error" || event.kind === "gap" ? {} : { kind: "line" };
  }
}
