"""One fork server process, seen from the server: started, spoken to over its control socket, missed when it dies."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import subprocess
import time
from dataclasses import dataclass
from typing import Self

import orjson

from gradwalk.errors import SandboxUnavailable
from gradwalk.sandbox.protocol import CONTROL_BYTES, Begin, Ended, Finish, Grant, Kill, Start, StepBack
from gradwalk.sandbox.report import Report
from gradwalk.sandbox.starting import Started

_READY_SECONDS = 30.0
_LEAVE_SECONDS = 2.0
_SILENCE_SECONDS = 10.0
"""How long past a run's hard limit the fork server may keep silent about it before it is given up."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A child that has given up its rights and waits for a snippet."""

    run: int
    stream: socket.socket
    ended: asyncio.Future[Ended | None]
    """How its process ended; None if nobody can tell any more."""


class Connection:
    """A running fork server. It is used from one event loop only."""

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket) -> None:
        self._process = process
        self._control = control
        self._pending: dict[int, asyncio.Future[Ended | None]] = {}
        self._loop = asyncio.get_running_loop()
        self._report: Report | None = None
        self._ids = itertools.count(1)
        self._leaving: asyncio.Task[None] | None = None
        self.alive = True
        self.begun = 0
        """Runs so far."""

    @classmethod
    async def open(cls, started: Started) -> Self:
        """Wait until a fork server that was started has tried its walls."""
        connection = cls(started.process, started.control)
        try:
            await connection._listen()
        except BaseException:
            connection._lose()
            raise
        return connection

    async def _listen(self) -> None:
        """Hear what the fork server says of its walls, and from then on how its children end."""
        self._control.setblocking(False)
        hello = b""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_READY_SECONDS):
                hello = await self._loop.sock_recv(self._control, CONTROL_BYTES)
        if not hello:
            raise SandboxUnavailable("The sandbox did not start; the reason stands above, in the server's output.")
        self._report = Report(**orjson.loads(hello))
        self._loop.add_reader(self._control, self._hear)

    @property
    def pid(self) -> int:
        """The fork server's process id."""
        return self._process.pid

    @property
    def report(self) -> Report:
        """What it found out about its walls."""
        assert self._report is not None
        return self._report

    @property
    def running(self) -> int:
        """Children that have not ended, those that wait for a snippet among them."""
        return len(self._pending)

    def prepare(self, grant: Grant, *, rehearse: bool = False) -> Place:
        """Have a child forked that waits for a snippet, and meanwhile rehearses."""
        try:
            ours, theirs = socket.socketpair()
        except OSError as error:
            raise SandboxUnavailable(f"The snippet could not be run: {error.strerror}.") from error
        run = next(self._ids)
        ended: asyncio.Future[Ended | None] = self._loop.create_future()
        self._pending[run] = ended
        ended.add_done_callback(lambda _: self._pending.pop(run, None))
        with theirs:
            try:
                socket.send_fds(self._control, [Start(run, grant, rehearse).pack()], [theirs.fileno()])
            except OSError:
                self._lose()
        return Place(run, ours, ended)

    def begin(self, place: Place, grant: Grant) -> None:
        """Say that the child's snippet is on its way."""
        self.begun += 1
        overdue = self._loop.call_later(grant.wall_seconds_hard * grant.patience + _SILENCE_SECONDS, self._lose)
        place.ended.add_done_callback(lambda _: overdue.cancel())
        self._order(Begin(place.run, time.monotonic()))

    def finish(self, run: int) -> None:
        """Be told at once how a run went whose child says that it is over."""
        self._order(Finish(run))

    def step_back(self, run: int) -> None:
        """Have a run go on behind all others, and have patience with it."""
        self._order(StepBack(run))

    def kill(self, run: int) -> None:
        """End a run that nobody wants any more."""
        self._order(Kill(run))

    def _order(self, order: Begin | Finish | StepBack | Kill) -> None:
        try:
            self._control.send(order.pack())
        except OSError:
            self._lose()

    async def idle(self) -> None:
        """Return when no child is left."""
        while self._pending:
            await asyncio.wait(self._pending.values())

    async def close(self) -> None:
        """End every run and the fork server, and wait until it has gone; it goes even if nobody waits to the end."""
        if self._leaving is None:
            self._leaving = self._loop.create_task(self._leave())
        await asyncio.wait([self._leaving])

    async def _leave(self) -> None:
        if self.alive:
            self._loop.remove_reader(self._control)
            self._control.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(self._process.wait, _LEAVE_SECONDS)
            self._lose()

    def _hear(self) -> None:
        """Take every record that has come."""
        while self.alive:
            try:
                record = self._control.recv(CONTROL_BYTES)
            except BlockingIOError:
                return
            except OSError:
                record = b""
            if not record:
                self._lose()
                return
            ended = Ended.unpack(record)
            future = self._pending.get(ended.run)
            if future is not None and not future.done():
                future.set_result(ended)

    def _lose(self) -> None:
        """The fork server is of no more use: bury it. Its children die with it, by the kernel's hand."""
        if not self.alive:
            return
        self.alive = False
        if self._control.fileno() >= 0:
            self._loop.remove_reader(self._control)
            self._control.close()
        self._process.kill()
        self._process.wait()
        for future in list(self._pending.values()):
            if not future.done():
                future.set_result(None)
