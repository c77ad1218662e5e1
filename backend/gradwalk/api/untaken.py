"""Answers that wait for their clients to take them: so many bytes in all, and who has waited longest goes first.

A few hundred clients that take nothing of a long trace would otherwise fill a server's memory before it hangs up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gradwalk.limits import MIB

MOST_BYTES = 256 * MIB
"""As much as some twenty of the longest traces."""


@dataclass(slots=True)
class _Held:
    size: int
    drop: Callable[[], None]


class Untaken:
    """What one server holds back for its clients. It is used from one event loop only."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._held: dict[object, _Held] = {}
        """By who waits, the one that has waited longest first."""
        self.size = 0
        """Bytes in all."""

    def hold(self, client: object, size: int, drop: Callable[[], None]) -> None:
        """So much waits for ``client`` now; ``drop`` is called, once, if there is no room for it."""
        held = self._held.setdefault(client, _Held(0, drop))
        self.size += size - held.size
        held.size = size
        while self.size > self._most:
            oldest = next(iter(self._held))
            give_up = self._held[oldest].drop
            self.taken(oldest)
            give_up()

    def taken(self, client: object) -> None:
        """Nothing waits for ``client`` any more."""
        held = self._held.pop(client, None)
        if held is not None:
            self.size -= held.size
