"""What a child gives up before it reads a byte of a snippet: one function a right, in the order of ``FENCES``."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gradwalk.sandbox.protocol import Grant

STREAM_FD: Final = 3
"""Where every child finds its stream socket; 0, 1 and 2 are the null device."""

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_NO_NEW_PRIVS: Final = 38

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Confinement:
    """All that the fences need to know about one child."""

    grant: Grant
    stream_fd: int
    fork_server: int
    """The fork server's process id."""
    own_bytes: int
    """Address space the fork server itself takes, which every child begins with."""


Fence = Callable[[Confinement], None]


def prctl(option: int, value: int) -> None:
    """``prctl(2)`` for the options with one argument."""
    if _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, f"prctl {option}: {os.strerror(number)}")


def keep_only_the_stream(confinement: Confinement) -> None:
    """Close every descriptor but the stream socket and the null device; the fork server's stderr too is not for it."""
    if confinement.stream_fd != STREAM_FD:
        os.dup2(confinement.stream_fd, STREAM_FD, inheritable=False)
    os.dup2(0, 2)
    os.closerange(STREAM_FD + 1, os.sysconf("SC_OPEN_MAX"))


def die_with_the_fork_server(confinement: Confinement) -> None:
    """Have the kernel kill this process when the fork server dies, and check that it has not died already."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != confinement.fork_server:
        os._exit(0)


def cap_resources(confinement: Confinement) -> None:
    """Set every resource limit, so that what is used up is used up in this process alone."""
    grant = confinement.grant
    address_space = confinement.own_bytes + grant.memory_bytes
    for limit, soft, hard in (
        (resource.RLIMIT_AS, address_space, address_space),
        (resource.RLIMIT_CPU, grant.cpu_seconds, grant.cpu_seconds_hard),
        (resource.RLIMIT_STACK, grant.stack_bytes, grant.stack_bytes),
        (resource.RLIMIT_NOFILE, grant.open_files, grant.open_files),
        (resource.RLIMIT_NPROC, grant.processes, grant.processes),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_MEMLOCK, 0, 0),
        (resource.RLIMIT_MSGQUEUE, 0, 0),
    ):
        resource.setrlimit(limit, (soft, hard))


def step_back(confinement: Confinement) -> None:
    """Let the server, which must answer everybody, go first."""
    os.nice(confinement.grant.niceness)


def ring_at_the_wall_limit(confinement: Confinement) -> None:
    """Ask for SIGALRM at the soft wall limit, as RLIMIT_CPU sends SIGXCPU at the soft CPU limit."""
    signal.setitimer(signal.ITIMER_REAL, confinement.grant.wall_seconds)


FENCES: Final[tuple[Fence, ...]] = (
    keep_only_the_stream,
    die_with_the_fork_server,
    cap_resources,
    step_back,
    ring_at_the_wall_limit,
)
