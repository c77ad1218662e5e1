"""The fork server: a lean process that has imported all a snippet may need and forks one child a run.

It never sees a snippet. It hears ``Start`` and ``Kill`` on its control socket, and is the only source of what is
believed about how a run ended: exit status, CPU time, memory and the wall clock.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import resource
import select
import signal
import socket
import time
from dataclasses import dataclass
from typing import Any, Final

import orjson

from gradwalk.sandbox.child import Entry, live
from gradwalk.sandbox.fences import PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, Confinement, prctl
from gradwalk.sandbox.preload import PRELOAD
from gradwalk.sandbox.protocol import CONTROL_BYTES, EXIT_FENCES, Ended, Kill, Start, unpack_order

NOBODY: Final = 65534
STILL_ROOT: Final = "Snippets run as root, because root may not become another user here: start the server as another."
UNREADABLE: Final = (
    "Python is installed where only root may read it, and snippets run without root's rights: "
    "they can import only what is loaded beforehand."
)


def main(entry_name: str, preload_name: str, parent: int, control_fd: int) -> None:
    """Get ready, say so on the control socket, and serve until it closes."""
    control = socket.socket(fileno=control_fd)
    control.set_inheritable(False)
    entry = load(entry_name, preload_name)
    os.environ.clear()
    notes = settle(parent)
    control.send(orjson.dumps({"pid": os.getpid(), "notes": notes}))
    ForkServer(control, entry).serve()


def load(entry_name: str, preload_name: str) -> Entry:
    """Import all that a child may need, so that it need not open a file, and find its entry point."""
    for module in PRELOAD:
        importlib.import_module(module)
    if preload_name:
        named(preload_name)()
    entry: Entry = named(entry_name)
    return entry


def named(name: str) -> Any:
    """What ``module:function`` names."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def settle(parent: int) -> list[str]:
    """Give up what the fork server does not need itself; returns what a person should know of it."""
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
    notes = stop_being_root() if os.getuid() == 0 else []
    prctl(PR_SET_DUMPABLE, 0)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit(0)
    return notes


def stop_being_root() -> list[str]:
    """Become nobody; returns what a person should know of it."""
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except PermissionError:
        return [STILL_ROOT]
    return [] if os.access(os.path.realpath(os.__file__), os.R_OK) else [UNREADABLE]


@dataclass(slots=True)
class Child:
    """A run that has not ended."""

    pid: int
    run: int
    began: float
    deadline: float
    overdue: bool = False


class ForkServer:
    """The loop: orders come in, children are forked, watched and reaped, endings go out."""

    def __init__(self, control: socket.socket, entry: Entry) -> None:
        self.control = control
        self.entry = entry
        self.own_bytes = _address_space()
        self.children: dict[int, Child] = {}
        """By pidfd."""
        self.poll = select.poll()
        self.poll.register(control, select.POLLIN)

    def serve(self) -> None:
        """Serve until the control socket closes; then nobody is left to hear of any run."""
        gc.collect()
        gc.freeze()
        while True:
            for fd, _ in self.poll.poll(self.patience()):
                if fd != self.control.fileno():
                    self.reap(fd)
                elif not self.obey():
                    self.end_all()
                    return
            self.kill_overdue()

    def patience(self) -> float | None:
        """Milliseconds until the next deadline."""
        deadlines = [child.deadline for child in self.children.values() if not child.overdue]
        return max(0.0, min(deadlines) - time.monotonic()) * 1000 + 1 if deadlines else None

    def obey(self) -> bool:
        """Take one order; false when there will be no more."""
        record, fds, _, _ = socket.recv_fds(self.control, CONTROL_BYTES, 1)
        if not record:
            return False
        match unpack_order(record):
            case Start() as start:
                self.fork(start, fds[0])
            case Kill(run):
                for pidfd, child in self.children.items():
                    if child.run == run:
                        signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        return True

    def fork(self, start: Start, stream_fd: int) -> None:
        """Fork the child of one run."""
        confinement = Confinement(start.grant, stream_fd, os.getpid(), self.own_bytes)
        try:
            pid = os.fork()
        except OSError:
            pid = -1
        if pid == 0:
            live(confinement, self.entry)
        os.close(stream_fd)
        if pid < 0:
            self.tell(Ended(start.run, EXIT_FENCES << 8, False, 0.0, 0.0, 0))
            return
        now = time.monotonic()
        pidfd = os.pidfd_open(pid)
        self.children[pidfd] = Child(pid, start.run, now, now + start.grant.wall_seconds_hard)
        self.poll.register(pidfd, select.POLLIN)

    def kill_overdue(self) -> None:
        """Kill what is past its hard wall limit."""
        now = time.monotonic()
        for pidfd, child in self.children.items():
            if child.deadline <= now and not child.overdue:
                child.overdue = True
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)

    def reap(self, pidfd: int) -> None:
        """Take leave of a child that has ended, and say how."""
        child = self.children.pop(pidfd)
        self.poll.unregister(pidfd)
        os.close(pidfd)
        _, status, usage = os.wait4(child.pid, 0)
        ended = Ended(
            run=child.run,
            wait_status=status,
            overdue=child.overdue,
            wall_seconds=time.monotonic() - child.began,
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            peak_bytes=usage.ru_maxrss * 1024,
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


def _address_space() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
