"""Children forked and confined before their snippets come, so that no request waits for a fork."""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial

from gradwalk.errors import SandboxUnavailable
from gradwalk.sandbox.connection import Connection, Place
from gradwalk.sandbox.protocol import EXIT_FENCES, Ended, Grant

_SOON = 0.001


class Pool:
    """The waiting children of one fork server."""

    def __init__(self, connection: Connection, grant: Grant, spares: int) -> None:
        self.connection = connection
        self._grant = grant
        self._spares = spares
        self._waiting: deque[Place] = deque()
        self._aside: set[Place] = set()
        """Runs that have no core to themselves."""
        self._fill()

    def take(self) -> Place:
        """A child that waits, as far as anybody knows, and whose time begins now; when it ends, another is made."""
        place = self._waiting.popleft() if self._waiting else self.connection.prepare(self._grant)
        self.connection.begin(place, self._grant)
        place.ended.add_done_callback(self._fill_soon)
        return place

    def step_back(self, place: Place) -> None:
        """Have a run make way for others, and so for another child."""
        self.connection.step_back(place.run)
        self._aside.add(place)
        place.ended.add_done_callback(lambda _: self._aside.discard(place))
        self._fill_soon(place.ended)

    def dismiss(self) -> None:
        """Let the children that wait go: without a snippet they end by themselves."""
        self._spares = 0
        while self._waiting:
            self._waiting.popleft().stream.close()

    def _fill_soon(self, ended: asyncio.Future[Ended | None]) -> None:
        """Not now: who has this run's answer comes first, and who waits for its core."""
        ended.get_loop().call_later(_SOON, self._fill)

    def _fill(self) -> None:
        """One for each core that has no run: on one that has, a fork in advance would only take time from it."""
        while self.connection.running - len(self._aside) < self._spares and self.connection.alive:
            try:
                place = self.connection.prepare(self._grant, rehearse=True)
            except SandboxUnavailable:  # one spare fewer: who needs a child now will hear why there is none
                return
            self._waiting.append(place)
            place.ended.add_done_callback(partial(self._replace, place))

    def _replace(self, place: Place, ended: asyncio.Future[Ended | None]) -> None:
        """A child has ended. If it still waited, fork another, unless it could not be confined: nor would the next."""
        if place not in self._waiting:
            return
        self._waiting.remove(place)
        place.stream.close()
        end = None if ended.cancelled() else ended.result()
        if end is not None and end.wait_status != EXIT_FENCES << 8:
            self._fill()
