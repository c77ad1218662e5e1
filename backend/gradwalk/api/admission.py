"""Who may run now, who waits and who is sent away: as many runs as cores, clients in turn, a queue with an end.

A run that takes long makes way while others wait: it goes on beside them with what they leave of the cores, so that
nobody waits for a loop without an end.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from itertools import zip_longest

from gradwalk.errors import TooBusy

_USUAL_SECONDS = 0.5
"""What a run may take when there are many, for an estimate of when to come again."""


def leaving() -> TooBusy:
    """What is said when the server ends before a request has had its answer: whoever comes next may have one."""
    return TooBusy("The server is shutting down; ask again in a moment.", retry_after=2)


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """What somebody holds who may run."""

    until: float
    """When it has had its core long enough, if others wait."""
    gives_way: asyncio.Future[None]
    """Done when it has to make way."""


class Admission:
    """Counts runs and lets them in. It is used from one event loop only."""

    def __init__(
        self,
        running: int,
        queue: int,
        client_running: int,
        client_queue: int,
        aside: int = 0,
        turn_seconds: float = 0.0,
    ) -> None:
        self._most = running
        self._queue = queue
        self._client_most = client_running
        self._client_queue = client_queue
        self._most_aside = aside
        self._turn_seconds = turn_seconds
        self._running: Counter[str] = Counter()
        self._turns: list[Turn] = []
        """Of those that have a core, the oldest first."""
        self._look_again: asyncio.TimerHandle | None = None
        self._closed = False
        self._waiting: dict[str, deque[asyncio.Future[Turn]]] = {}
        """By client; the one whose turn is next comes first."""
        self._told: dict[asyncio.Future[Turn], tuple[Callable[[int], None], int]] = {}
        """Who wants to know how many come before them, and what they were told last."""

    @property
    def running(self) -> int:
        """Runs now."""
        return self._running.total()

    @property
    def aside(self) -> int:
        """Those among them that have made way."""
        return self.running - len(self._turns)

    @property
    def waiting(self) -> int:
        """Requests that wait."""
        return sum(map(len, self._waiting.values()))

    @contextlib.asynccontextmanager
    async def turn(self, client: str, waits: Callable[[int], None] | None = None) -> AsyncGenerator[Turn, None]:
        """Wait for this client's turn, and hold it; raises :class:`TooBusy` rather than wait for too long.

        Whoever does not have it at once is told by ``waits`` how many come first, and again when that changes.
        """
        place = self._enter(client)
        if waits is not None and not place.done():
            self._told[place] = waits, -1
            self._tell()
        try:
            turn = await place
        except asyncio.CancelledError:
            # Either the turn had come at the same moment, or the cancelled place is left for _admit to drop.
            if place.cancelled():
                self._admit()
            elif place.exception() is None:
                self._leave(client, place.result())
            raise
        finally:
            self._told.pop(place, None)
        try:
            yield turn
        finally:
            self._leave(client, turn)

    def close(self) -> None:
        """Send away everybody who waits, and who comes from now on: the server is about to end."""
        self._closed = True
        for place in self._in_order():
            if not place.done():
                place.set_exception(leaving())
        self._waiting.clear()

    def _enter(self, client: str) -> asyncio.Future[Turn]:
        if self._closed:
            raise leaving()
        place: asyncio.Future[Turn] = asyncio.get_running_loop().create_future()
        at_once = len(self._turns) < self._most and self._running[client] < self._client_most
        if not at_once:
            mine = len(self._waiting.get(client, ()))
            if mine >= self._client_queue:
                raise TooBusy("Too many of your requests wait already.", self._seconds(mine, self._client_most))
            if self.waiting >= self._queue:
                raise TooBusy("Too many requests wait already.", self._seconds(self.waiting, self._most))
        self._waiting.setdefault(client, deque()).append(place)
        self._admit()
        return place

    def _leave(self, client: str, turn: Turn) -> None:
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]
        if turn in self._turns:
            self._turns.remove(turn)
        self._admit()

    def _admit(self) -> None:
        self._drop_the_cancelled()
        while (client := self._next()) is not None and (len(self._turns) < self._most or self._make_way()):
            places = self._waiting.pop(client)
            loop = asyncio.get_running_loop()
            turn = Turn(loop.time() + self._turn_seconds, loop.create_future())
            places.popleft().set_result(turn)
            self._turns.append(turn)
            self._running[client] += 1
            if places:
                self._waiting[client] = places  # at the end: the others come first now
        self._tell()

    def _tell(self) -> None:
        if not self._told:
            return
        for ahead, place in enumerate(self._in_order()):
            waits, last = self._told.get(place, (None, ahead))
            if waits is not None and ahead != last:
                self._told[place] = waits, ahead
                waits(ahead)

    def _in_order(self) -> list[asyncio.Future[Turn]]:
        """Those who wait, as their turns come if every run takes as long."""
        rounds = zip_longest(*self._waiting.values())
        return [place for places in rounds for place in places if place is not None]

    def _next(self) -> str | None:
        return next((name for name in self._waiting if self._running[name] < self._client_most), None)

    def _make_way(self) -> bool:
        """Have the run make way that has had its core longest, or look again when it has had it long enough."""
        if self.aside >= self._most_aside:
            return False
        loop = asyncio.get_running_loop()
        oldest = self._turns[0]
        if loop.time() < oldest.until:
            if self._look_again is None:
                self._look_again = loop.call_at(oldest.until, self._time_is_up)
            return False
        self._turns.remove(oldest)
        oldest.gives_way.set_result(None)
        return True

    def _time_is_up(self) -> None:
        self._look_again = None
        self._admit()

    def _drop_the_cancelled(self) -> None:
        for name, places in list(self._waiting.items()):
            self._waiting[name] = deque(place for place in places if not place.cancelled())
            if not self._waiting[name]:
                del self._waiting[name]

    @staticmethod
    def _seconds(waiting: int, at_once: int) -> int:
        return max(1, math.ceil(waiting * _USUAL_SECONDS / at_once))
