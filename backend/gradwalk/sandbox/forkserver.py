"""The embedded executor: a fork server on this machine, restarted when it dies, with as many runs at once as cores."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
import socket
from collections.abc import AsyncGenerator, Sequence

import orjson

from gradwalk.errors import SandboxUnavailable
from gradwalk.limits import LIMITS, Limits
from gradwalk.sandbox.connection import Connection
from gradwalk.sandbox.executor import Isolation, RunRequest
from gradwalk.sandbox.protocol import EXIT_FENCES, LENGTH, Grant, pack_frame
from gradwalk.sandbox.verdict import lost, overrun, verdict
from gradwalk.trace.schema import Outcome

ENTRY = "gradwalk.runner.run:run"
PRELOAD = "gradwalk.runner.imports:preload"
"""Named, never imported: what they lead to is for the fork server alone."""

_log = logging.getLogger(__name__)


class _Overrun(Exception):
    """The run has sent more than it may."""


class ForkServerExecutor:
    """Runs every request in a child of its own, forked from one warm process."""

    def __init__(
        self,
        limits: Limits = LIMITS,
        *,
        entry: str = ENTRY,
        preload: str = PRELOAD,
        paths: Sequence[str] = (),
        slots: int | None = None,
    ) -> None:
        self.limits = limits
        self._entry = entry
        self._preload = preload
        self._paths = paths
        self._slots = asyncio.Semaphore(slots or os.cpu_count() or 1)
        self._starting = asyncio.Lock()
        self._connection: Connection | None = None
        self._ids = itertools.count(1)

    @property
    def isolation(self) -> Isolation:
        """Partial: resource limits and an empty process, but no filter on system calls."""
        return "partial"

    async def start(self) -> None:
        """Start the fork server."""
        await self._ready()

    async def stop(self) -> None:
        """End every run and the fork server."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def run(self, request: RunRequest) -> AsyncGenerator[bytes | Outcome, None]:
        """See :class:`~gradwalk.sandbox.executor.Executor`."""
        await self._slots.acquire()
        try:
            connection = await self._ready()
            ours, theirs = socket.socketpair()
        except BaseException:
            self._slots.release()
            raise
        run = next(self._ids)
        with theirs:
            ended = connection.start(run, Grant.of(self.limits), theirs)
        # Not when this generator ends but when the process does: the machine's cores are what is counted.
        ended.add_done_callback(lambda _: self._slots.release())
        try:
            outcome: Outcome | None = None
            try:
                async with contextlib.aclosing(self._frames(ours, request)) as frames:
                    async for frame in frames:
                        yield frame
            except _Overrun:
                outcome = overrun(self.limits)
                connection.kill(run)
            end = await ended
            if end is None:
                yield outcome or lost()
            elif end.wait_status == EXIT_FENCES << 8:
                raise SandboxUnavailable("The snippet was not run, because its process could not be isolated.")
            else:
                seen = verdict(end, self.limits)
                times = {"wall_seconds": seen.wall_seconds, "cpu_seconds": seen.cpu_seconds}
                yield seen if outcome is None else outcome.model_copy(update=times)
        finally:
            if not ended.done():
                connection.kill(run)

    async def _ready(self) -> Connection:
        """The fork server; a new one if the last has died."""
        async with self._starting:
            if self._connection is None or not self._connection.alive:
                self._connection = await Connection.open(self._entry, self._preload, self._paths)
                for note in self._connection.notes:
                    _log.info("%s", note)
            return self._connection

    async def _frames(self, stream: socket.socket, request: RunRequest) -> AsyncGenerator[bytes, None]:
        """Send the request to the child and take its frames until it closes the stream."""
        stream.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=stream)
        try:
            writer.write(pack_frame(_encode(request)))
            received = 0
            while True:
                try:
                    size = LENGTH.unpack(await reader.readexactly(LENGTH.size))[0]
                    received += size
                    if size > self.limits.frame_bytes or received > self.limits.stream_bytes:
                        raise _Overrun
                    yield await reader.readexactly(size)
                except (asyncio.IncompleteReadError, ConnectionError):
                    return
        finally:
            writer.close()


def _encode(request: RunRequest) -> bytes:
    cells = [{"source": cell.source, "execution_count": cell.execution_count} for cell in request.cells]
    return orjson.dumps({"cells": cells, "options": request.options.model_dump()})
