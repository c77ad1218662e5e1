/** The statements that are running: a call's body runs inside the statement that called, a loop's inside the loop. */

import type { Span, Trace } from "../schema/trace";
import { at } from "./lists";

export interface Statement {
  span: number;
  scope: number | null;
  /** The innermost function call it is in. */
  call: number | null;
}

export class Statements {
  private stack: Statement[] = [];

  constructor(private readonly trace: Trace) {}

  get current(): Statement | undefined {
    return this.stack.at(-1);
  }

  clear(): void {
    this.stack = [];
  }

  /** A statement begins; those that it is not inside of are over. */
  begin(span: number, scope: number | null): void {
    const call = this.callOf(scope);
    for (let outer = this.current; outer; outer = this.current) {
      if (
        outer.span !== span &&
        (outer.call === call ? this.holds(outer.span, span) : this.isInside(call, outer.call))
      )
        break;
      this.stack.pop();
    }
    this.stack.push({ span, scope, call });
  }

  /** Something happened at a span (or, with null, anywhere in the call): returns to the statement it belongs to. True
   * if that is an outer one: a loop's test after its body, an assignment after the call. */
  resume(span: number | null, scope: number | null): boolean {
    const call = this.callOf(scope);
    const found = this.stack.findLastIndex(
      (statement) => statement.call === call && (span === null || this.holds(statement.span, span)),
    );
    if (found < 0 || found === this.stack.length - 1) return false;
    this.stack.length = found + 1;
    return true;
  }

  private holds(outer: number, inner: number): boolean {
    return contains(at(this.trace.spans, outer), at(this.trace.spans, inner));
  }

  private parent(scope: number | null): number | null {
    return scope === null ? null : at(this.trace.scopes, scope).parent;
  }

  private callOf(scope: number | null): number | null {
    let call = scope;
    while (call !== null && at(this.trace.scopes, call).kind !== "function") call = this.parent(call);
    return call;
  }

  /** Whether a call was made from inside another (null: from a cell's top level). */
  private isInside(call: number | null, outer: number | null): boolean {
    for (let scope = this.parent(call); scope !== null; scope = this.parent(scope))
      if (scope === outer) return true;
    return call !== null && outer === null;
  }
}

function contains(outer: Span, inner: Span): boolean {
  return (
    outer.cell === inner.cell &&
    (outer.line < inner.line || (outer.line === inner.line && outer.column <= inner.column)) &&
    (outer.end_line > inner.end_line ||
      (outer.end_line === inner.end_line && outer.end_column >= inner.end_column))
  );
}
