"""One fork server process, seen from the server: started, spoken to over its control socket, missed when it dies."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import orjson

from gradwalk.errors import SandboxUnavailable, SandboxUnsupported
from gradwalk.sandbox.protocol import CONTROL_BYTES, Begin, Ended, Finish, Grant, Kill, Start, StepBack
from gradwalk.sandbox.report import Report

_BOOTSTRAP = """
import sys
parent, control, entry, preload, rehearsal, *paths = sys.argv[1:]
sys.path[:0] = paths
from gradwalk.sandbox.zygote import main
main(entry, preload, rehearsal, int(parent), int(control))
"""
_PACKAGE_ROOT = str(Path(__file__).resolve().parents[2])
_READY_SECONDS = 30.0
_LEAVE_SECONDS = 2.0
_SILENCE_SECONDS = 10.0
"""How long past a run's hard limit the fork server may keep silent about it before it is given up."""


def check_system() -> None:
    """Say so if this system cannot hold a fork server."""
    if not sys.platform.startswith("linux") or not hasattr(os, "pidfd_open"):
        raise SandboxUnsupported(
            f"Snippets can be run on Linux only, and this is {sys.platform}: use the container (docker compose up), "
            "or WSL on Windows."
        )


MEMORY = {"MALLOC_MMAP_THRESHOLD_": f"{4 << 20}", "MALLOC_TRIM_THRESHOLD_": f"{32 << 20}"}
"""Has glibc keep memory of up to 4 MiB that arrays are done with, and 32 MiB in all, rather than give it back and ask
for it again: a training step of arrays of some 100 kB would spend a third of its time on fresh pages."""


def environment() -> dict[str, str]:
    """All that the fork server inherits: one order of sets, threads for BLAS, how memory is kept, and if somebody
    chose, BLAS's kernels and whether compiled code runs."""
    kept = {name: os.environ[name] for name in ("OPENBLAS_CORETYPE", "GRADWALK_PURE") if name in os.environ}
    return {"PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", **MEMORY, **kept}


@dataclass(frozen=True, slots=True)
class Program:
    """What a fork server is started with."""

    entry: str
    """What it runs snippets with, as ``module:function``."""
    preload: str = ""
    """What loads all that a snippet may import, likewise."""
    rehearsal: str = ""
    """What does what a run does, in the fork server and in children that wait, so that runs find it done."""
    paths: Sequence[str] = ()
    """Where those are found, beside where Gradwalk is."""
    python: Sequence[str] = (sys.executable,)
    """The command that is Python."""


def reason(error: OSError) -> str:
    """Why something could not be started, and for want of what: no more than its name, as clients hear of it, too."""
    missing = f" ({os.path.basename(os.fsdecode(error.filename))})" if error.filename else ""
    return f"{error.strerror}{missing}"


def _started(program: Program, control: socket.socket) -> subprocess.Popen[bytes]:
    arguments = [
        str(os.getpid()),
        str(control.fileno()),
        program.entry,
        program.preload,
        program.rehearsal,
        *program.paths,
    ]
    return subprocess.Popen(
        # Not "-I": that would not hear of the order of sets.
        [*program.python, "-s", "-P", "-c", _BOOTSTRAP, *arguments, _PACKAGE_ROOT],
        env=environment(),
        pass_fds=[control.fileno()],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


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
    async def open(cls, program: Program) -> Self:
        """Start a fork server, and wait until it has tried its walls.

        It dies with the thread that calls this: the kernel's parent-death signal goes by threads.
        """
        check_system()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                process = _started(program, theirs)
        except OSError as error:
            ours.close()
            raise SandboxUnavailable(f"The sandbox could not be started: {reason(error)}.") from error
        connection = cls(process, ours)
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
