"""Which fork server serves now: the next when it has died or served enough, and none is forgotten.

There is at most one change of fork servers at a time, as a task of its own. Whoever finds the present one dead waits
for the change that is under way, whether it was begun for that reason or to renew: so none can overwrite another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from gradwalk.errors import SandboxUnavailable
from gradwalk.sandbox.pool import Pool

_log = logging.getLogger(__name__)
_ATTEMPTS = 3


class Succession:
    """Hands out the pool of the fork server that serves; used from one event loop only."""

    def __init__(self, open_pool: Callable[[], Awaitable[Pool]], renew_after: int) -> None:
        self._open = open_pool
        self._renew_after = renew_after
        self._renew_at = renew_after
        self._change: asyncio.Task[None] | None = None
        self._leaving: dict[Pool, asyncio.Task[None]] = {}
        self._over = False
        self.current: Pool | None = None
        """The pool that serves; it may have died, and nobody has asked for it since."""

    async def pool(self) -> Pool:
        """A living pool. What has served enough serves on until the next is there."""
        for _ in range(_ATTEMPTS):
            if self._over:
                break
            if self.current is not None and self.current.connection.alive:
                if self.current.connection.begun >= self._renew_at:
                    self._begin_change()
                return self.current
            change = self._begin_change()
            # Not awaited as such: whoever gives up here leaves the change to the others.
            await asyncio.wait([change])
            if not change.cancelled():
                change.result()
        raise SandboxUnavailable("The server is shutting down." if self._over else "The sandbox keeps dying.")

    async def end(self) -> None:
        """End every run and every fork server, and wait until they have gone."""
        self._over = True
        if self._change is not None:
            self._change.cancel()
            await asyncio.wait([self._change])
        if self.current is not None:
            self._see_off(self.current)
            self.current = None
        await asyncio.gather(*(pool.connection.close() for pool in self._leaving))
        await asyncio.gather(*self._leaving.values())

    def _begin_change(self) -> asyncio.Task[None]:
        if self._change is None:
            self._change = asyncio.create_task(self._succeed())
            self._change.add_done_callback(self._changed)
        return self._change

    async def _succeed(self) -> None:
        """Open a pool and put it in the place of the present one."""
        new = await self._open()
        old, self.current = self.current, new
        self._renew_at = self._renew_after
        if old is not None:
            self._see_off(old)

    def _changed(self, change: asyncio.Task[None]) -> None:
        self._change = None
        if change.cancelled() or (error := change.exception()) is None:
            return
        if self.current is not None and self.current.connection.alive:
            self._renew_at = self.current.connection.begun + self._renew_after
            _log.warning("The fork server was not renewed and goes on: %s", error)

    def _see_off(self, pool: Pool) -> None:
        """Have the runs of a pool come to their own ends, and then its fork server."""
        pool.dismiss()
        leaving = asyncio.create_task(self._last_runs(pool))
        self._leaving[pool] = leaving
        leaving.add_done_callback(lambda _: self._leaving.pop(pool))

    async def _last_runs(self, pool: Pool) -> None:
        await pool.connection.idle()
        await pool.connection.close()
