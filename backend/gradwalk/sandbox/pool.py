"""Children forked and confined before their snippets come, so that no request waits for a fork."""

from __future__ import annotations

from collections import deque

from gradwalk.sandbox.connection import Connection, Place
from gradwalk.sandbox.protocol import Grant


class Pool:
    """The waiting children of one fork server."""

    def __init__(self, connection: Connection, grant: Grant, spares: int) -> None:
        self.connection = connection
        self._grant = grant
        self._spares = spares
        self._waiting: deque[Place] = deque()
        self._fill()

    def take(self) -> Place:
        """A child that waits, as far as anybody knows, and whose time begins now; another is made to take its place."""
        self._drop_the_dead()
        place = self._waiting.popleft() if self._waiting else self.connection.prepare(self._grant)
        self.connection.begin(place, self._grant)
        self._fill()
        return place

    def dismiss(self) -> None:
        """Let the children that wait go: without a snippet they end by themselves."""
        self._spares = 0
        while self._waiting:
            self._waiting.popleft().stream.close()

    def _fill(self) -> None:
        while len(self._waiting) < self._spares and self.connection.alive:
            self._waiting.append(self.connection.prepare(self._grant))

    def _drop_the_dead(self) -> None:
        for place in [place for place in self._waiting if place.ended.done()]:
            self._waiting.remove(place)
            place.stream.close()
