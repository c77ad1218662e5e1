"""The scopes that are open; one in which nothing happens never comes into the trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .rows import quoted_as_shown
from .stream import Stream


@dataclass(slots=True)
class Open:
    """One scope."""

    token: int
    kind: str
    span: int
    label: str
    iteration: int | None
    node: int | None = None
    """The autograd node whose VJP it is."""
    index: int | None = None
    """Its position in the trace, once something has happened in it."""


class Scopes:
    """A stack of scopes, written to ``stream`` when they are first asked for."""

    def __init__(self, stream: Stream) -> None:
        self._list = stream.lists["scopes"]
        self.open: list[Open] = []
        self._tokens = 0

    def enter(self, kind: str, span: int, label: str, iteration: int | None = None, node: int | None = None) -> int:
        """Open a scope inside the one that is open; return what closes it."""
        self._tokens += 1
        self.open.append(Open(self._tokens, kind, span, label, iteration, node))
        return self._tokens

    def leave(self, token: int) -> None:
        """Close a scope and every scope left open inside it."""
        while self.open and self.open[-1].token >= token:
            self.open.pop()

    def clear(self) -> None:
        """Close them all."""
        self.open.clear()

    def current(self) -> int | None:
        """The index of the innermost scope; None if there is none."""
        if not self.open:
            return None
        innermost = self.open[-1].index
        return self._index(len(self.open) - 1) if innermost is None else innermost

    def function(self) -> int | None:
        """The index of the innermost call; None if there is none."""
        for depth in range(len(self.open) - 1, -1, -1):
            if self.open[depth].kind == "function":
                return self._index(depth)
        return None

    def chain(self) -> tuple[Open, ...]:
        """The scopes that are open now, to be given to :meth:`innermost` when they may have been left."""
        return tuple(self.open)

    def innermost(self, chain: Sequence[Open]) -> int | None:
        """The index of the innermost of these scopes; None if there is none."""
        return self._written(chain, len(chain) - 1)

    def _index(self, depth: int) -> int | None:
        return self._written(self.open, depth)

    def _written(self, scopes: Sequence[Open], depth: int) -> int | None:
        parent: int | None = None
        start = depth
        while start >= 0 and scopes[start].index is None:
            start -= 1
        if start >= 0:
            parent = scopes[start].index
        for scope in scopes[start + 1 : depth + 1]:
            fields = f'"kind":"{scope.kind}","span":{scope.span},"label":{quoted_as_shown(scope.label)}'
            if parent is not None:
                fields += f',"parent":{parent}'
            if scope.node is not None:
                fields += f',"node":{scope.node}'
            elif scope.iteration is not None:
                fields += f',"index":{scope.iteration}'
            parent = scope.index = self._list.append(f"{{{fields}}}")
        return parent
