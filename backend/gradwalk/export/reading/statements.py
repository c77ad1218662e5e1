"""The statements that are running: a call's body runs inside the statement that called, a loop's inside the loop."""

from __future__ import annotations

from dataclasses import dataclass

from gradwalk.document.schema import Span, Trace


@dataclass(frozen=True)
class Statement:
    """A statement under way; ``call`` is the innermost function call it is in."""

    span: int
    scope: int | None
    call: int | None


class Statements:
    """A stack of them, outermost first."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._stack: list[Statement] = []

    @property
    def current(self) -> Statement | None:
        """The innermost."""
        return self._stack[-1] if self._stack else None

    def clear(self) -> None:
        """Another cell begins."""
        self._stack = []

    def begin(self, span: int, scope: int | None) -> None:
        """A statement begins; those that it is not inside of are over."""
        call = self._call_of(scope)
        while self._stack:
            outer = self._stack[-1]
            inside = self._holds(outer.span, span) if outer.call == call else self._is_inside(call, outer.call)
            if outer.span != span and inside:
                break
            self._stack.pop()
        self._stack.append(Statement(span, scope, call))

    def resume(self, span: int | None, scope: int | None) -> bool:
        """Something happened at a span (or, with None, anywhere in the call): returns to the statement it belongs to.

        True if that is an outer one: a loop's test after its body, an assignment after the call.
        """
        call = self._call_of(scope)
        for position in range(len(self._stack) - 1, -1, -1):
            statement = self._stack[position]
            if statement.call == call and (span is None or self._holds(statement.span, span)):
                if position == len(self._stack) - 1:
                    return False
                del self._stack[position + 1 :]
                return True
        return False

    def _holds(self, outer: int, inner: int) -> bool:
        return _contains(self._trace.spans[outer], self._trace.spans[inner])

    def _parent(self, scope: int | None) -> int | None:
        return None if scope is None else self._trace.scopes[scope].parent

    def _call_of(self, scope: int | None) -> int | None:
        while scope is not None and self._trace.scopes[scope].kind != "function":
            scope = self._parent(scope)
        return scope

    def _is_inside(self, call: int | None, outer: int | None) -> bool:
        """Whether a call was made from inside another (None: from a cell's top level)."""
        scope = self._parent(call)
        while scope is not None:
            if scope == outer:
                return True
            scope = self._parent(scope)
        return call is not None and outer is None


def _contains(outer: Span, inner: Span) -> bool:
    return (
        outer.cell == inner.cell
        and (outer.line, outer.column) <= (inner.line, inner.column)
        and (outer.end_line, outer.end_column) >= (inner.end_line, inner.end_column)
    )
