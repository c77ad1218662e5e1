"""Runs under way, each for everybody who asks for the same while it goes on: it ends when the last of them has left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Generic, TypeVar

from gradwalk.errors import TooBusy

T = TypeVar("T")


class _Flight(Generic[T]):
    def __init__(self, run: asyncio.Task[T]) -> None:
        self.run = run
        self.aboard = 0


class Flights(Generic[T]):
    """By name, such as a trace's id. It is used from one event loop only."""

    def __init__(self) -> None:
        self._under_way: dict[str, _Flight[T]] = {}

    def __len__(self) -> int:
        return len(self._under_way)

    async def join(self, name: str, start: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What the run of this name gives, which ``start`` makes unless one is under way.

        Who is cancelled leaves the others alone; with the last the run is cancelled. What it raises, it raises for
        all, but :class:`TooBusy`: that is about the client who began it, and the others try for themselves.
        """
        while True:
            flight = self._under_way.get(name)
            joined = flight is not None
            if flight is None:
                flight = self._under_way[name] = _Flight(asyncio.ensure_future(start()))
                flight.run.add_done_callback(partial(self._over, name, flight))
            flight.aboard += 1
            try:
                return await asyncio.shield(flight.run)
            except TooBusy:
                if not joined:
                    raise
            finally:
                flight.aboard -= 1
                if not flight.aboard and not flight.run.done():
                    # At once: whoever comes before it has ended must not go down with it.
                    self._over(name, flight)
                    flight.run.cancel()

    def _over(self, name: str, flight: _Flight[T], _: object = None) -> None:
        if self._under_way.get(name) is flight:
            del self._under_way[name]
