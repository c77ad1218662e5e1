"""What instrumented code calls while it runs; :mod:`~gradwalk.runner.instrument` puts the calls there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Literal, TypeVar

from gradwalk.engine.surface.uncalled import as_built_in, as_built_in_function
from gradwalk.recorder.core import CORE
from gradwalk.recorder.limits import LimitReached
from gradwalk.runner.reporting import Reporter, ScopeKind

T = TypeVar("T")


class Hook:
    """The names under which instrumented code finds its hooks, among its builtins.

    No name a person writes can be one of these, nor be mistaken for one.
    """

    LINE: Final = "<gradwalk: line>"
    BIND: Final = "<gradwalk: bind>"
    BOUND: Final = "<gradwalk: bound>"
    ENTER: Final = "<gradwalk: enter>"
    LEAVE: Final = "<gradwalk: leave>"
    NEXT: Final = "<gradwalk: next>"
    ITEMS: Final = "<gradwalk: items>"
    TEST: Final = "<gradwalk: test>"
    METHOD: Final = "<gradwalk: method>"
    FUNCTION: Final = "<gradwalk: function>"
    ECHO: Final = "<gradwalk: echo>"
    LIMIT: Final = "<gradwalk: limit>"


class Items(Iterator[T]):
    """What a ``for`` loop runs over, with a scope for each item. Fetching an item is the loop's doing, not that of an
    iteration. Where the recorder's core is compiled, its own stand for these."""

    __slots__ = ("_enter", "_items", "_iteration", "_label", "_leave", "_line", "_span", "count")

    def __init__(
        self,
        items: Iterator[T],
        enter: Callable[[ScopeKind, int, str, int], int],
        leave: Callable[[int], None],
        line: Callable[[int], None],
        span: int,
        label: str,
    ) -> None:
        self._items = items
        self._enter, self._leave, self._line = enter, leave, line
        self._span, self._label = span, label
        self._iteration: int | None = None
        self.count = 0
        """How many there were."""

    def __next__(self) -> T:
        if (iteration := self._iteration) is not None:
            self._iteration = None
            self._leave(iteration)
            self._line(self._span)
        item = next(self._items)
        self.count += 1
        self._iteration = self._enter("iteration", self._span, self._label, self.count)
        return item


_ITEMS: type[Items[Any]] = Items if CORE is None else CORE.Items


class _Open:
    __slots__ = ("items", "iteration", "iterations", "label", "scope")

    def __init__(self, scope: int, label: str) -> None:
        self.scope, self.label = scope, label
        self.iteration: int | None = None
        self.iterations = 0
        """Of a ``while`` loop."""
        self.items: Items[Any] | None = None
        """Of a ``for`` loop."""


class Hooks:
    """Keeps the scopes that are open. Every :meth:`enter` is paired with a :meth:`leave` by a ``finally``, however the
    code between them ends, so that a stack is enough."""

    def __init__(self, recorder: Reporter) -> None:
        self._recorder = recorder
        self._open: list[_Open] = []

    def by_name(self) -> dict[str, Any]:
        """The hooks under the names by which instrumented code calls them."""
        return {
            Hook.LINE: self._recorder.line,
            Hook.BIND: self._recorder.bind,
            Hook.BOUND: self.bound,
            Hook.ENTER: self.enter,
            Hook.LEAVE: self.leave,
            Hook.NEXT: self.next,
            Hook.ITEMS: self.items,
            Hook.TEST: self.test,
            Hook.METHOD: as_built_in,
            Hook.FUNCTION: as_built_in_function,
        }

    def enter(self, kind: ScopeKind, span: int, label: str) -> None:
        """A call, a loop or an ``if`` begins."""
        self._open.append(_Open(self._recorder.enter(kind, span, label), label))

    def leave(self) -> None:
        """What was entered last is over, and its last iteration with it."""
        left = self._open.pop()
        self._recorder.leave(left.scope)
        iterations = left.iterations if left.items is None else left.items.count
        if iterations and isinstance(error := sys.exception(), LimitReached) and error.loop is None:
            error.loop = (left.label.split()[0], iterations)

    def next(self, span: int, label: str) -> Literal[True]:
        """The next iteration of the innermost loop begins, with the test that decides whether it runs."""
        loop = self._open[-1]
        if loop.iteration is not None:
            self._recorder.leave(loop.iteration)
        loop.iterations += 1
        loop.iteration = self._recorder.enter("iteration", span, label, loop.iterations)
        self._recorder.line(span)
        return True

    def items(self, iterable: Iterable[T], span: int, label: str) -> Iterator[T]:
        """What a ``for`` loop runs over."""
        told = self._recorder
        items = _ITEMS(iter(iterable), told.enter, told.leave, told.line, span, label)
        self._open[-1].items = items
        return items

    def test(self, tested: object, statement: str, span: int) -> bool:
        """A test's truth value, asked for once, as Python would."""
        value = bool(tested)
        self._recorder.branch(statement, span, value, tested)
        return value

    def bound(self, name: str, value: T, local: bool) -> T:
        """``value``, on its way into a name by ``:=``."""
        self._recorder.bind(name, value, local)
        return value
