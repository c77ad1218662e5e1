"""The fork server gets ready: it imports all that a snippet may need, gives up what it need not have, tries its walls,
says what it found, and serves (:mod:`.children`)."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import platform
import signal
import socket
from collections.abc import Callable
from typing import Any, Final

import orjson

from gradwalk.limits import LIMITS
from gradwalk.sandbox import landlock
from gradwalk.sandbox.child import Entry
from gradwalk.sandbox.children import ForkServer
from gradwalk.sandbox.kernel import PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, prctl
from gradwalk.sandbox.preload import preload
from gradwalk.sandbox.protocol import Grant
from gradwalk.sandbox.report import Report
from gradwalk.sandbox.selftest import escapes
from gradwalk.sandbox.walls import Walls

NOBODY: Final = 65534


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
    os._exit(0)  # whoever has closed it waits: without this, Python would first clear away all that is loaded


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
