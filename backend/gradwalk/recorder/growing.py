"""One of the trace's lists: how long it was when the last frame was sent, and the rows that are new.

Among the events may be others that turn into rows when they are sent (:mod:`gradwalk.recorder.tail`).
"""

from __future__ import annotations

from typing import Any


class Growing:
    """A list whose items have their index at once, wherever they are by now."""

    __slots__ = ("before", "items")

    def __init__(self) -> None:
        self.before = 0
        self.items: list[Any] = []

    def append(self, row: str) -> int:
        """Add a row; returns its index in the trace."""
        items = self.items
        items.append(row)
        return self.before + len(items) - 1

    def __len__(self) -> int:
        return self.before + len(self.items)
