"""The fork server: a lean process that has imported all a snippet may need and forks one child a run.

It never sees a snippet. It hears ``Start`` and ``Kill`` on its control socket, and is the only source of what is
believed about how a run ended: exit status, CPU time, memory and the wall clock.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import platform
import select
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import orjson

from gradwalk.limits import LIMITS
from gradwalk.sandbox import landlock
from gradwalk.sandbox.child import Entry, live
from gradwalk.sandbox.kernel import PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, prctl
from gradwalk.sandbox.preload import preload
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
from gradwalk.sandbox.report import Report
from gradwalk.sandbox.selftest import escapes
from gradwalk.sandbox.walls import Walls

NOBODY: Final = 65534
LAST: Final = 19
"""As ``nice`` counts: behind everybody."""


def main(entry_name: str, preload_name: str, rehearsal_name: str, parent: int, control_fd: int) -> None:
    """Get ready, report on the control socket, and serve until it closes."""
    control = socket.socket(fileno=control_fd)
    control.set_inheritable(False)
    gc.disable()  # nearly all that is made from here on stays, and no garbage is looked for among it, now or later
    entry = load(entry_name, preload_name)
    os.environ.clear()
    rehearsal: Callable[[], None] | None = named(rehearsal_name) if rehearsal_name else None
    if rehearsal is not None:
        rehearsal()
    settle(parent)
    walls = Walls.of_this_machine()
    unreadable = not os.access(os.path.realpath(os.__file__), os.R_OK)
    if walls.landlock:
        landlock.enter(walls.landlock)
    report = Report(
        system=f"{platform.system()} {platform.release()} on {platform.machine()}",
        seccomp=walls.filter is not None,
        landlock=walls.landlock,
        user=os.getuid(),
        unreadable=unreadable,
        escapes=tuple(escapes(lambda stream_fd: walls.around(stream_fd, Grant.of(LIMITS)))),
    )
    control.send(orjson.dumps(report))
    ForkServer(control, entry, walls, rehearsal).serve()


def load(entry_name: str, preload_name: str) -> Entry:
    """Import all that a child may need, so that it need not open a file, and find its entry point."""
    preload()
    if preload_name:
        named(preload_name)()
    entry: Entry = named(entry_name)
    return entry


def named(name: str) -> Any:
    """What ``module:function`` names."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def settle(parent: int) -> None:
    """Give up what the fork server does not need itself."""
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise RuntimeError(f"the fork server has {threads} threads, and a fork would copy only one")
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(null, standard)
    os.close(null)
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("500")
    os.chdir("/")
    if os.getuid() == 0:
        stop_being_root()
    prctl(PR_SET_DUMPABLE, 0)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit(0)


def stop_being_root() -> None:
    """Become nobody, where that is allowed."""
    with contextlib.suppress(PermissionError):
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


@dataclass(slots=True)
class Child:
    """A process forked for a run: it waits for its snippet, runs it, and is reaped."""

    pid: int
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
            case Begin(run, began):
                for child in self.children.values():
                    if child.run == run:
                        child.began = began
            case Finish(run):
                for pidfd, child in list(self.children.items()):
                    if child.run == run:
                        self.finish(pidfd, child)
            case StepBack(run):
                for child in self.children.values():
                    if child.run == run and not child.told:
                        os.setpriority(os.PRIO_PROCESS, child.pid, LAST)
                        child.patience = child.grant.patience
            case Kill(run):
                for pidfd, child in self.children.items():
                    if child.run == run:
                        signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        return True

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
        self.children[pidfd] = Child(pid, start.run, start.grant)
        self.poll.register(pidfd, select.POLLIN)

    def watch_the_clock(self) -> None:
        """Warn what is past its soft wall limit, as the kernel does past the soft CPU limit; kill past the hard one."""
        now = time.monotonic()
        for pidfd, child in self.children.items():
            deadline = child.next_deadline()
            if deadline is not None and deadline <= now:
                signal.pidfd_send_signal(pidfd, signal.SIGKILL if child.warned else signal.SIGALRM)
                child.warned, child.overdue = True, child.warned

    def finish(self, pidfd: int, child: Child) -> None:
        """A child says that its run is over: kill it, say what it used, and reap it when the kernel is done with it."""
        if child.overdue or select.select([pidfd], (), (), 0)[0]:  # how it ended is for the kernel to say
            return
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)
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
        for pidfd, child in self.children.items():
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
            os.wait4(child.pid, 0)
