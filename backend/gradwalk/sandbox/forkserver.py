"""The embedded executor: a fork server on this machine, renewed when it dies or has served long enough."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator
from dataclasses import replace
from functools import partial

import orjson

from gradwalk.cores import cores
from gradwalk.document.schema import Outcome
from gradwalk.errors import SandboxUnavailable, SandboxUnsupported
from gradwalk.limits import LIMITS, Limits
from gradwalk.sandbox.channel import Channel, NotTaken, Overrun
from gradwalk.sandbox.connection import Connection, Place
from gradwalk.sandbox.executor import Ending, GivesWay, RunRequest
from gradwalk.sandbox.pool import Pool
from gradwalk.sandbox.protocol import EXIT_FENCES, Grant
from gradwalk.sandbox.report import Isolation, Report
from gradwalk.sandbox.starting import PROGRAM, Program, Started, start
from gradwalk.sandbox.stream import pack_frame
from gradwalk.sandbox.succession import Succession
from gradwalk.sandbox.verdict import lost, overrun, verdict

NOT_ISOLATED = (
    "This machine does not hold snippets in: 'gradwalk doctor' says what is missing. --unsafe-local runs them all the "
    "same, for this machine alone: they can then do whatever you can."
)
NOT_CONFINED = "The snippet was not run, because its process could not be isolated."

_log = logging.getLogger(__name__)


class Hold:
    """One of a semaphore's places, given back once, by whoever comes first."""

    def __init__(self, semaphore: asyncio.Semaphore) -> None:
        self._semaphore: asyncio.Semaphore | None = semaphore

    def release(self, _: object = None) -> None:
        """Give it back."""
        if self._semaphore is not None:
            self._semaphore.release()
            self._semaphore = None


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
        started: Started | None = None,
    ) -> None:
        """``slots`` runs at once, by default one a core; ``unsafe`` runs snippets even where nothing holds them.
        ``started``: a fork server of this program that was started before."""
        self.limits = limits
        self.slots = slots or cores()
        self._program = program
        self._unsafe = unsafe
        self._started = started
        self._free = asyncio.Semaphore(self.slots)
        self._succession = Succession(self._open, recycle_after)

    @property
    def isolation(self) -> Isolation:
        """What the fork server found when it tried its own walls."""
        return self.report.isolation if self.report is not None else "none"

    @property
    def report(self) -> Report | None:
        """The same in full; None before the start."""
        return None if self._succession.current is None else self._succession.current.connection.report

    @property
    def fork_server(self) -> int | None:
        """Its process id."""
        return None if self._succession.current is None else self._succession.current.connection.pid

    async def start(self) -> None:
        """Start the fork server, if there is none that lives."""
        await self._succession.pool()

    async def stop(self) -> None:
        """End every run and the fork server."""
        await self._succession.end()

    async def run(self, request: RunRequest, gives_way: GivesWay | None = None) -> AsyncGenerator[bytes | Ending, None]:
        """See :class:`~gradwalk.sandbox.executor.Executor`."""
        payload = pack_frame(encode(request, self.limits))
        # As many children as may wait can have died without the server's having heard of it yet, and then the fork
        # server.
        for _ in range(self.slots + 2):
            try:
                async with contextlib.aclosing(self._run(payload, gives_way)) as parts:
                    async for part in parts:
                        yield part
                return
            except NotTaken:
                continue
        raise SandboxUnavailable("The snippet was not run, because its process died again and again.")

    async def _run(self, payload: bytes, gives_way: GivesWay | None) -> AsyncGenerator[bytes | Ending, None]:
        """Have one child run it; raises :class:`NotTaken`, before anything else comes, if it died before it could."""
        await self._free.acquire()
        try:
            pool = await self._succession.pool()
            place = pool.take()
        except BaseException:
            self._free.release()
            raise
        # Not when this generator ends but when the process does: the machine's cores are what is counted.
        core = Hold(self._free)
        place.ended.add_done_callback(core.release)
        step_back = partial(self._step_back, pool, place, core)
        if gives_way is not None:
            gives_way.add_done_callback(step_back)
        channel = Channel(place.stream, self.limits)
        try:
            outcome: Outcome | None = None
            try:
                async with contextlib.aclosing(channel.frames(payload)) as frames:
                    async for frame in frames:
                        yield frame
                if channel.over:
                    pool.connection.finish(place.run)
            except Overrun:
                outcome = overrun(self.limits)
                pool.connection.kill(place.run)
            except NotTaken:
                end = await place.ended
                if end is not None and end.wait_status == EXIT_FENCES << 8:
                    raise SandboxUnavailable(NOT_CONFINED) from None
                raise
            end = await place.ended
            if end is None:
                yield Ending(outcome or lost())
            else:
                used = max(0.0, end.cpu_seconds - channel.cpu_before)
                seen = outcome or verdict(replace(end, cpu_seconds=used), self.limits)
                yield Ending(seen, end.wall_seconds, used)
        finally:
            if gives_way is not None:
                gives_way.remove_done_callback(step_back)
            if not place.ended.done():
                pool.connection.kill(place.run)

    @staticmethod
    def _step_back(pool: Pool, place: Place, core: Hold, _: GivesWay) -> None:
        """The run goes on, and another may have its core."""
        if not place.ended.done():
            pool.step_back(place)
            core.release()

    async def _open(self) -> Pool:
        started, self._started = self._started or start(self._program), None
        connection = await Connection.open(started)
        report = connection.report
        for check in report.checks():
            if not check.ok:
                _log.warning("%s. %s", check.found, check.advice)
        if report.isolation == "none" and not self._unsafe:
            await connection.close()
            raise SandboxUnsupported(NOT_ISOLATED)
        return Pool(connection, Grant.of(self.limits), self.slots)


def encode(request: RunRequest, limits: Limits) -> bytes:
    """The request as a run's process reads it."""
    cells = [{"source": cell.source, "execution_count": cell.execution_count} for cell in request.cells]
    return orjson.dumps({"cells": cells, "options": request.options.model_dump(), "limits": limits._asdict()})


async def examine(program: Program = PROGRAM) -> Report:
    """What a fork server finds when it tries its walls on this machine."""
    connection = await Connection.open(start(program))
    await connection.close()
    return connection.report
