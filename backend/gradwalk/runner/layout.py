"""Where lines break: the streaming line breaker by which IPython lays out values.

Text arrives piece by piece, with places where a line *may* break, each belonging to a group. Once a line is too long,
the outermost group with a pending break is opened, and from then on all its breaks are line ends; inner groups stay on
one line for as long as they fit. Decisions are final, which is why the outcome differs from that of an optimal layout,
and why the order of the steps below matters: it has to lead to IPython's text, character for character.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class _Group:
    depth: int
    pending: int = 0
    """Breaks of this group that wait in the queue."""
    opened: bool = False
    """Its breaks are line ends."""


@dataclass(slots=True, eq=False)
class _Break:
    group: _Group
    separator: str
    indentation: int


class Layout:
    """Collects text; ``str(layout)`` is what came of it. Method names are those that ``_repr_pretty_`` is promised."""

    def __init__(self, max_width: int) -> None:
        self.max_width = max_width
        self.indentation = 0
        self._written: list[str] = []
        self._column = 0
        self._queue: deque[str | _Break] = deque()
        self._queued_width = 0
        root = _Group(0)
        self._enclosing = [root]
        self._candidates = [[root]]
        """By depth, the groups that may yet be opened."""

    def __str__(self) -> str:
        self.flush()
        return "".join(self._written)

    def text(self, text: str) -> None:
        """Text that stays on one line."""
        if self._queue:
            self._enqueue(text, len(text))
        else:
            self._written.append(text)
            self._column += len(text)

    def breakable(self, sep: str = " ") -> None:
        """``sep``, or the end of a line if the group around it does not fit on one."""
        group = self._enclosing[-1]
        if group.opened:
            self.flush()
            self._new_line(self.indentation)
        else:
            group.pending += 1
            self._enqueue(_Break(group, sep, self.indentation), len(sep))

    def break_(self) -> None:
        """The end of a line, in any case."""
        group = self._next_to_open()
        if group:
            self._write_through(group)
        self.flush()
        self._new_line(self.indentation)

    def begin_group(self, indent: int = 0, open: str = "") -> None:
        """After ``open``, what follows belongs together; lines within it are indented by ``indent`` more."""
        if open:
            self.text(open)
        group = _Group(self._enclosing[-1].depth + 1)
        self._enclosing.append(group)
        while len(self._candidates) <= group.depth:
            self._candidates.append([])
        self._candidates[group.depth].append(group)
        self.indentation += indent

    def end_group(self, dedent: int = 0, close: str = "") -> None:
        """Ends what :meth:`begin_group` began."""
        self.indentation -= dedent
        group = self._enclosing.pop()
        if not group.pending:
            self._withdraw(group)
        if close:
            self.text(close)

    @contextmanager
    def group(self, indent: int = 0, open: str = "", close: str = "") -> Iterator[None]:
        """A group as a ``with`` block."""
        self.begin_group(indent, open)
        try:
            yield
        finally:
            self.end_group(indent, close)

    def flush(self) -> None:
        """Write what is queued."""
        while self._queue:
            self._write_first()
        self._queued_width = 0

    def _enqueue(self, item: str | _Break, width: int) -> None:
        self._queue.append(item)
        self._queued_width += width
        while self._column + self._queued_width > self.max_width:
            group = self._next_to_open()
            if not group:
                return
            self._write_through(group)

    def _next_to_open(self) -> _Group | None:
        for groups in self._candidates:
            for position, group in enumerate(reversed(groups)):
                if group.pending:
                    # IPython counts from the end but deletes from the start, and which groups open depends on it.
                    del groups[position]
                    group.opened = True
                    return group
            for group in groups:
                group.opened = True
            groups.clear()
        return None

    def _withdraw(self, group: _Group) -> None:
        if group in self._candidates[group.depth]:
            self._candidates[group.depth].remove(group)

    def _write_through(self, group: _Group) -> None:
        """Write the queue up to the last break of ``group`` and the text after it."""
        while group.pending:
            self._write_first()
        while self._queue and isinstance(self._queue[0], str):
            self._write_first()

    def _write_first(self) -> None:
        item = self._queue.popleft()
        if isinstance(item, str):
            self._write(item)
            return
        item.group.pending -= 1
        self._queued_width -= len(item.separator)
        if item.group.opened:
            self._new_line(item.indentation)
        else:
            if not item.group.pending:
                self._withdraw(item.group)
            self._written.append(item.separator)
            self._column += len(item.separator)

    def _write(self, text: str) -> None:
        self._queued_width -= len(text)
        self._written.append(text)
        self._column += len(text)

    def _new_line(self, indentation: int) -> None:
        self._written.append("\n" + " " * indentation)
        self._column = indentation
