"""A table that remembers every change, so that the state at any event is a look-up."""

from __future__ import annotations

from bisect import bisect_left
from collections import UserDict
from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class History(UserDict[K, V]):
    """A dict that keeps, for each key, the events that changed it and what it was after each.

    ``clock`` tells the event that is being folded.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._past: dict[K, tuple[list[int], list[V | None]]] = {}
        super().__init__()

    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        self._note(key, value)

    def __delitem__(self, key: K) -> None:
        super().__delitem__(key)
        self._note(key, None)

    def _note(self, key: K, value: V | None) -> None:
        events, values = self._past.setdefault(key, ([], []))
        now = self._clock()
        if events and events[-1] == now:
            values[-1] = value
        else:
            events.append(now)
            values.append(value)

    def after(self, key: K, k: int) -> V | None:
        """The value after the first ``k`` events; None if there was none."""
        if key not in self._past:
            return None
        events, values = self._past[key]
        changes = bisect_left(events, k)
        return values[changes - 1] if changes else None

    def changes(self, key: K) -> list[int]:
        """The events that changed a key, ascending."""
        return self._past[key][0] if key in self._past else []

    def ever(self) -> list[K]:
        """Every key there ever was, in the order of their first values."""
        return list(self._past)
