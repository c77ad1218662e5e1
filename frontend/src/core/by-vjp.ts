/** Steps by VJP: forward, statements as by line; backward, each VJP and each accumulation is one. */

import type { Event } from "../schema/trace";
import { ByLine } from "./by-line";
import type { Role } from "./cutter";
import { at } from "./lists";
import type { Step } from "./types";

export class ByVjp extends ByLine {
  protected override role(event: Event): Role {
    if (this.backward === null) return super.role(event);
    switch (event.kind) {
      case "vjp":
      case "accumulate":
      case "capture":
        return "opens";
      case "op":
        // With create_graph, the ops that a node runs come before its VJP is told.
        return at(this.trace.ops, event.op).during === null ? super.role(event) : "leads";
      case "write":
        return "leads";
      case "free":
      case "backward_end":
        return "follows";
      default:
        return super.role(event);
    }
  }

  protected override describe(event: Event): Partial<Step> {
    switch (event.kind) {
      case "backward_begin":
        return event.span === null ? {} : { span: event.span, scope: event.scope };
      case "vjp":
      case "accumulate":
        return { node: event.node };
      case "capture":
        return {};
      default:
        return super.describe(event);
    }
  }
}
