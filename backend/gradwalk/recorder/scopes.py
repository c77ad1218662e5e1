"""The scopes that are open; one in which nothing happens never comes into the trace."""

from __future__ import annotations

from dataclasses import dataclass

from .stream import Stream
from .text import shown


@dataclass(slots=True)
class _Open:
    token: int
    kind: str
    span: int
    label: str
    iteration: int | None
    index: int | None = None
    """Its position in the trace, once something has happened in it."""


class Scopes:
    """A stack of scopes, written to ``stream`` when they are first asked for."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._open: list[_Open] = []
        self._tokens = 0

    def enter(self, kind: str, span: int, label: str, iteration: int | None) -> int:
        """Open a scope inside the one that is open; return what closes it."""
        self._tokens += 1
        self._open.append(_Open(self._tokens, kind, span, label, iteration))
        return self._tokens

    def leave(self, token: int) -> None:
        """Close a scope and every scope left open inside it."""
        while self._open and self._open[-1].token >= token:
            self._open.pop()

    def clear(self) -> None:
        """Close them all."""
        self._open.clear()

    def current(self) -> int | None:
        """The index of the innermost scope; None if there is none."""
        return self._index(len(self._open) - 1)

    def function(self) -> int | None:
        """The index of the innermost call; None if there is none."""
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth].kind == "function":
                return self._index(depth)
        return None

    def _index(self, depth: int) -> int | None:
        parent: int | None = None
        start = depth
        while start >= 0 and self._open[start].index is None:
            start -= 1
        if start >= 0:
            parent = self._open[start].index
        for scope in self._open[start + 1 : depth + 1]:
            fields = {"kind": scope.kind, "parent": parent, "span": scope.span, "label": shown(scope.label)}
            parent = scope.index = self._stream.append("scopes", fields | {"index": scope.iteration})
        return parent
