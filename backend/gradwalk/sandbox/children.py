"""The fork server at work: it forks a child for each run, watches it, and says how it ended.

It never sees a snippet. It hears orders on its control socket, and is the only source of what is believed about how a
run ended: exit status, processor time, memory and the wall clock.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gradwalk.sandbox.child import Entry, live
from gradwalk.sandbox.protocol import (
    CONTROL_BYTES,
    EXIT_DONE,
    EXIT_FENCES,
    Begin,
    Ended,
    Finish,
    Grant,
    Kill,
    Start,
    StepBack,
    unpack_order,
)
from gradwalk.sandbox.walls import Walls

LAST: Final = 19
"""As ``nice`` counts: behind everybody."""


@dataclass(slots=True)
class Child:
    """A process forked for a run: it waits for its snippet, runs it, and is reaped."""

    pid: int
    pidfd: int
    run: int
    grant: Grant
    began: float | None = None
    """When its snippet was sent; until then it may wait for ever."""
    warned: bool = False
    """The soft wall limit has come, and it has been told."""
    patience: int = 1
    """How many times its wall limits it has: more if it has made way for others."""
    overdue: bool = False
    """The hard wall limit has come, and it has been killed."""
    told: bool = False
    """The server knows already how its run ended."""

    def next_deadline(self) -> float | None:
        """The next time that something has to be done about it."""
        if self.began is None or self.overdue or self.told:
            return None
        limit = self.grant.wall_seconds_hard if self.warned else self.grant.wall_seconds
        return self.began + limit * self.patience

    def send(self, number: int) -> None:
        """Send it a signal; to one that has ended already, none."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, number)

    def has_ended(self) -> bool:
        """Whether the kernel has something to say of it."""
        return bool(select.select([self.pidfd], (), (), 0)[0])

    def wall(self) -> float:
        """Seconds since its snippet was sent."""
        return 0.0 if self.began is None else time.monotonic() - self.began


def cpu_of(pid: int) -> float:
    """Processor time that a process has used, in seconds: the kernel has a clock for each, numbered so."""
    with contextlib.suppress(OSError):
        return time.clock_gettime(~pid << 3 | 2)
    return 0.0


class ForkServer:
    """The loop: orders come in, children are forked, watched and reaped, endings go out."""

    def __init__(
        self, control: socket.socket, entry: Entry, walls: Walls, rehearsal: Callable[[], None] | None
    ) -> None:
        self.control = control
        self.entry = entry
        self.walls = walls
        self.rehearsal = rehearsal
        self.children: dict[int, Child] = {}
        """By pidfd."""
        self.poll = select.poll()
        self.poll.register(control, select.POLLIN)

    def serve(self) -> None:
        """Serve until the control socket closes; then nobody is left to hear of any run."""
        gc.freeze()
        gc.enable()
        while True:
            for fd, _ in self.poll.poll(self.patience()):
                if fd != self.control.fileno():
                    self.reap(fd)
                elif not self.obey():
                    self.end_all()
                    return
            self.watch_the_clock()

    def patience(self) -> float | None:
        """Milliseconds until the next deadline."""
        deadlines = [deadline for child in self.children.values() if (deadline := child.next_deadline()) is not None]
        return max(0.0, min(deadlines) - time.monotonic()) * 1000 + 1 if deadlines else None

    def obey(self) -> bool:
        """Take one order; false when there will be no more."""
        try:
            record, fds, _, _ = socket.recv_fds(self.control, CONTROL_BYTES, 1)
        except ConnectionResetError:  # the server died with records unread
            return False
        if not record:
            return False
        match unpack_order(record):
            case Start() as start:
                self.fork(start, fds[0])
            case order:
                child = next((child for child in self.children.values() if child.run == order.run), None)
                if child is not None:  # else it has ended, and the server will hear of that
                    self.treat(child, order)
        return True

    def treat(self, child: Child, order: Begin | Finish | StepBack | Kill) -> None:
        """Do with a child what was ordered."""
        match order:
            case Begin():
                child.began = order.at
            case Finish():
                self.finish(child)
            case StepBack() if not child.told:
                os.setpriority(os.PRIO_PROCESS, child.pid, LAST)
                child.patience = child.grant.patience
            case Kill():
                child.send(signal.SIGKILL)

    def fork(self, start: Start, stream_fd: int) -> None:
        """Fork the child of one run."""
        confinement = self.walls.around(stream_fd, start.grant)
        try:
            pid = os.fork()
        except OSError:
            pid = -1
        if pid == 0:
            live(confinement, self.entry, self.rehearsal if start.rehearse else None)
        os.close(stream_fd)
        if pid < 0:
            self.tell(Ended(start.run, EXIT_FENCES << 8, False, 0.0, 0.0))
            return
        pidfd = os.pidfd_open(pid)
        self.children[pidfd] = Child(pid, pidfd, start.run, start.grant)
        self.poll.register(pidfd, select.POLLIN)

    def watch_the_clock(self) -> None:
        """Warn what is past its soft wall limit, as the kernel does past the soft CPU limit; kill past the hard one."""
        now = time.monotonic()
        for child in self.children.values():
            deadline = child.next_deadline()
            if deadline is None or deadline > now:
                continue
            if child.warned:
                child.overdue = True
                child.send(signal.SIGKILL)
            else:
                child.warned = True
                child.send(signal.SIGALRM)

    def finish(self, child: Child) -> None:
        """A child says that its run is over: kill it, say what it used, and reap it when the kernel is done with it."""
        if child.overdue or child.has_ended():  # how it ended is for the kernel to say
            return
        child.send(signal.SIGKILL)
        child.told = True
        self.tell(Ended(child.run, EXIT_DONE << 8, False, child.wall(), cpu_of(child.pid)))

    def reap(self, pidfd: int) -> None:
        """Take leave of a child that has ended, and say how."""
        child = self.children.pop(pidfd)
        self.poll.unregister(pidfd)
        os.close(pidfd)
        _, status, usage = os.wait4(child.pid, 0)
        if child.told:
            return
        ended = Ended(
            run=child.run,
            wait_status=status,
            overdue=child.overdue,
            wall_seconds=child.wall(),
            cpu_seconds=usage.ru_utime + usage.ru_stime,
        )
        self.tell(ended)

    def tell(self, ended: Ended) -> None:
        """Send a record; that the server has gone, the next poll will show."""
        with contextlib.suppress(OSError):
            self.control.send(ended.pack())

    def end_all(self) -> None:
        """Kill and reap every child."""
        for child in self.children.values():
            child.send(signal.SIGKILL)
            os.wait4(child.pid, 0)
