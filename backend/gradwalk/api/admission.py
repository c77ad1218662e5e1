"""Who may run now, who waits and who is sent away: as many runs as cores, clients in turn, a queue with an end."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import Counter, deque
from collections.abc import AsyncGenerator

from gradwalk.errors import TooBusy

_USUAL_SECONDS = 0.5
"""What a run may take when there are many, for an estimate of when to come again."""


class Admission:
    """Counts runs and lets them in. It is used from one event loop only."""

    def __init__(self, running: int, queue: int, client_running: int, client_queue: int) -> None:
        self._most = running
        self._queue = queue
        self._client_most = client_running
        self._client_queue = client_queue
        self._running: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        """By client; the one whose turn is next comes first."""

    @property
    def running(self) -> int:
        """Runs now."""
        return self._running.total()

    @property
    def waiting(self) -> int:
        """Requests that wait."""
        return sum(map(len, self._waiting.values()))

    @contextlib.asynccontextmanager
    async def turn(self, client: str) -> AsyncGenerator[None, None]:
        """Wait for this client's turn, and hold it; raises :class:`TooBusy` rather than wait for too long."""
        place = self._enter(client)
        try:
            await place
        except asyncio.CancelledError:
            # Either the turn had come at the same moment, or the cancelled place is left for _admit to drop.
            if not place.cancelled():
                self._leave(client)
            else:
                self._admit()
            raise
        try:
            yield
        finally:
            self._leave(client)

    def _enter(self, client: str) -> asyncio.Future[None]:
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        at_once = self.running < self._most and self._running[client] < self._client_most
        if not at_once:
            mine = len(self._waiting.get(client, ()))
            if mine >= self._client_queue:
                raise TooBusy("Too many of your requests wait already.", self._seconds(mine, self._client_most))
            if self.waiting >= self._queue:
                raise TooBusy("Too many requests wait already.", self._seconds(self.waiting, self._most))
        self._waiting.setdefault(client, deque()).append(place)
        self._admit()
        return place

    def _leave(self, client: str) -> None:
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]
        self._admit()

    def _admit(self) -> None:
        self._drop_the_cancelled()
        while self.running < self._most:
            client = next((name for name in self._waiting if self._running[name] < self._client_most), None)
            if client is None:
                return
            places = self._waiting.pop(client)
            places.popleft().set_result(None)
            self._running[client] += 1
            if places:
                self._waiting[client] = places  # at the end: the others come first now

    def _drop_the_cancelled(self) -> None:
        for name, places in list(self._waiting.items()):
            self._waiting[name] = deque(place for place in places if not place.cancelled())
            if not self._waiting[name]:
                del self._waiting[name]

    @staticmethod
    def _seconds(waiting: int, at_once: int) -> int:
        return max(1, math.ceil(waiting * _USUAL_SECONDS / at_once))
