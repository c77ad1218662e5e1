"""The embedded executor: a fork server on this machine, renewed when it dies or has served long enough."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import AsyncGenerator

import orjson

from gradwalk.errors import SandboxError, SandboxUnavailable, SandboxUnsupported
from gradwalk.limits import LIMITS, Limits
from gradwalk.sandbox.connection import Connection, Program
from gradwalk.sandbox.executor import RunRequest
from gradwalk.sandbox.pool import Pool
from gradwalk.sandbox.protocol import EXIT_FENCES, LENGTH, Grant, pack_frame
from gradwalk.sandbox.report import Isolation, Report
from gradwalk.sandbox.verdict import lost, overrun, verdict
from gradwalk.trace.schema import Outcome

ENTRY = "gradwalk.runner.run:run"
PRELOAD = "gradwalk.runner.imports:preload"
"""Named, never imported: what they lead to is for the fork server alone."""
PROGRAM = Program(ENTRY, PRELOAD)
NOT_ISOLATED = (
    "This machine does not hold snippets in: 'gradwalk doctor' says what is missing. --unsafe-local runs them all the "
    "same, for this machine alone: they can then do whatever you can."
)

_log = logging.getLogger(__name__)


class _Overrun(Exception):
    """The run has sent more than it may."""


class ForkServerExecutor:
    """Runs every request in a child of its own, forked from one warm process."""

    def __init__(
        self,
        limits: Limits = LIMITS,
        *,
        program: Program = PROGRAM,
        slots: int | None = None,
        recycle_after: int = 1_000,
        unsafe: bool = False,
    ) -> None:
        """``slots`` runs at once, by default one a core; ``unsafe`` runs snippets even where nothing holds them."""
        self.limits = limits
        self.slots = slots or os.cpu_count() or 1
        self._program = program
        self._recycle_after = recycle_after
        self._unsafe = unsafe
        self._free = asyncio.Semaphore(self.slots)
        self._starting = asyncio.Lock()
        self._pool: Pool | None = None
        self._renewal: asyncio.Task[None] | None = None
        self._stopped = False

    @property
    def isolation(self) -> Isolation:
        """What the fork server found when it tried its own walls."""
        return self.report.isolation if self.report is not None else "none"

    @property
    def report(self) -> Report | None:
        """The same in full; None before the start."""
        return self._pool.connection.report if self._pool is not None else None

    @property
    def fork_server(self) -> int | None:
        """Its process id."""
        return self._pool.connection.pid if self._pool is not None else None

    async def start(self) -> None:
        """Start the fork server."""
        await self._ready()

    async def stop(self) -> None:
        """End every run and the fork server."""
        self._stopped = True
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.wait([self._renewal])
        async with self._starting:
            pool, self._pool = self._pool, None
        if pool is not None:
            await _close(pool)

    async def run(self, request: RunRequest) -> AsyncGenerator[bytes | Outcome, None]:
        """See :class:`~gradwalk.sandbox.executor.Executor`."""
        await self._free.acquire()
        try:
            pool = await self._ready()
            place = pool.take()
        except BaseException:
            self._free.release()
            raise
        # Not when this generator ends but when the process does: the machine's cores are what is counted.
        place.ended.add_done_callback(lambda _: self._free.release())
        try:
            outcome: Outcome | None = None
            try:
                async with contextlib.aclosing(self._frames(place.stream, request)) as frames:
                    async for frame in frames:
                        yield frame
            except _Overrun:
                outcome = overrun(self.limits)
                pool.connection.kill(place.run)
            end = await place.ended
            if end is None:
                yield outcome or lost()
            elif end.wait_status == EXIT_FENCES << 8:
                raise SandboxUnavailable("The snippet was not run, because its process could not be isolated.")
            else:
                seen = verdict(end, self.limits)
                times = {"wall_seconds": seen.wall_seconds, "cpu_seconds": seen.cpu_seconds}
                yield seen if outcome is None else outcome.model_copy(update=times)
        finally:
            if not place.ended.done():
                pool.connection.kill(place.run)

    async def _ready(self) -> Pool:
        """A fork server and its children: new ones if the last have died, or, later on, if they have served enough."""
        async with self._starting:
            if self._stopped:
                raise SandboxUnavailable("The server is shutting down.")
            if self._pool is None or not self._pool.connection.alive:
                if self._pool is not None:
                    self._pool.dismiss()
                self._pool = await self._open()
            elif self._pool.connection.begun >= self._recycle_after and self._renewal is None:
                self._renewal = asyncio.create_task(self._renew())
                self._renewal.add_done_callback(self._renewed)
            return self._pool

    async def _open(self) -> Pool:
        connection = await Connection.open(self._program)
        report = connection.report
        for check in report.checks():
            if not check.ok:
                _log.warning("%s. %s", check.found, check.advice)
        if report.isolation == "none" and not self._unsafe:
            await connection.close()
            raise SandboxUnsupported(NOT_ISOLATED)
        return Pool(connection, Grant.of(self.limits), self.slots)

    async def _renew(self) -> None:
        """Put a new fork server in the old one's place, whose runs come to their own ends."""
        old = self._pool
        new = await self._open()
        if old is None or self._pool is not old:
            await _close(new)
            return
        self._pool = new
        old.dismiss()
        try:
            await old.connection.idle()
        finally:
            await old.connection.close()

    def _renewed(self, task: asyncio.Task[None]) -> None:
        self._renewal = None
        if not task.cancelled() and isinstance(error := task.exception(), SandboxError):
            _log.warning("The fork server was not renewed and goes on: %s", error)

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


async def _close(pool: Pool) -> None:
    pool.dismiss()
    await pool.connection.close()


async def examine(program: Program = PROGRAM) -> Report:
    """What a fork server finds when it tries its walls on this machine."""
    connection = await Connection.open(program)
    await connection.close()
    return connection.report
