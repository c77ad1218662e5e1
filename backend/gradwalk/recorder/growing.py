"""One of the trace's lists: how long it was when the last frame was sent, and the rows that are new.

Where the recorder's core is compiled, its ``Rows`` stand for these, which hold the rows as the bytes that are sent.
"""

from __future__ import annotations

from collections.abc import Iterable


class Growing:
    """A list whose items have their index at once, wherever they are by now."""

    __slots__ = ("before", "items")

    def __init__(self) -> None:
        self.before = 0
        self.items: list[str] = []

    def append(self, row: str) -> int:
        """Add a row; returns its index in the trace."""
        items = self.items
        items.append(row)
        return self.before + len(items) - 1

    def extend(self, rows: Iterable[str]) -> None:
        """Add rows."""
        self.items.extend(rows)

    def rows(self) -> list[str]:
        """Those that are new."""
        return self.items.copy()

    def renew(self, rows: Iterable[str]) -> None:
        """Put others in the place of all that are new."""
        self.items[:] = rows

    def text(self, count: int) -> str | bytes:
        """The first of the new ones as JSON."""
        return f"[{','.join(self.items[:count])}]"

    def forget(self, count: int) -> None:
        """The first of the new ones have been sent."""
        del self.items[:count]  # a function made for a run holds this list
        self.before += count

    @property
    def new(self) -> int:
        """How many have not been sent."""
        return len(self.items)

    def __len__(self) -> int:
        return self.before + len(self.items)
