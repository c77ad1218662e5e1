"""The scopes that are open; one in which nothing happens never comes into the trace."""

from __future__ import annotations

from collections.abc import Sequence

from .rows import quoted_as_shown
from .stream import Stream


class Open:
    """One scope."""

    __slots__ = ("index", "iteration", "kind", "label", "node", "span", "token")

    def __init__(
        self, token: int, kind: str, span: int, label: str, iteration: int | None, node: int | None = None
    ) -> None:
        self.token, self.kind, self.span, self.label, self.iteration = token, kind, span, label, iteration
        self.node = node
        """The autograd node whose VJP it is."""
        self.index: int | None = None
        """Its position in the trace, once something has happened in it."""


class Scopes:
    """A stack of scopes, written to ``stream`` when they are first asked for."""

    __slots__ = ("_list", "_tokens", "open")

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
        innermost = self.open[-1]
        return self._written(self.open, len(self.open) - 1) if innermost.index is None else innermost.index

    def function(self) -> int | None:
        """The index of the innermost call; None if there is none."""
        for depth in range(len(self.open) - 1, -1, -1):
            if self.open[depth].kind == "function":
                return self._written(self.open, depth)
        return None

    def chain(self) -> tuple[Open, ...]:
        """The scopes that are open now, to be given to :meth:`innermost` when they may have been left."""
        return tuple(self.open)

    def innermost(self, chain: Sequence[Open]) -> int | None:
        """The index of the innermost of these scopes; None if there is none."""
        return self._written(chain, len(chain) - 1)

    def _written(self, scopes: Sequence[Open], depth: int) -> int | None:
        """The index of a scope, which is written down with those around it that were not yet."""
        start = depth
        while start >= 0 and scopes[start].index is None:
            start -= 1
        parent = scopes[start].index if start >= 0 else None
        while start < depth:
            start += 1
            parent = self._write(scopes[start], parent)
        return parent

    def _write(self, scope: Open, parent: int | None) -> int:
        inside = "" if parent is None else f',"parent":{parent}'
        last = ""
        if scope.node is not None:
            last = f',"node":{scope.node}'
        elif scope.iteration is not None:
            last = f',"index":{scope.iteration}'
        label = quoted_as_shown(scope.label)
        row = f'{{"kind":"{scope.kind}","span":{scope.span},"label":{label}{inside}{last}}}'
        scope.index = index = self._list.append(row)
        return index
