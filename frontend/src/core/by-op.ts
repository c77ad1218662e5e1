/** Steps by op: each op, test, output, VJP and accumulation is one. */

import type { Event } from "../schema/trace";
import { Cutter, type Role } from "./cutter";
import { at } from "./lists";
import type { Step } from "./types";

export class ByOp extends Cutter {
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
        // A module's parameters are named along with it.
        return event.tensor === null || event.name.includes(".") || this.justMade(event.tensor)
          ? "follows"
          : "opens";
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
