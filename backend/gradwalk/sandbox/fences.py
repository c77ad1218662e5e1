"""What a child gives up before it reads a byte of a snippet: one function a right, in the order of ``FENCES``."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gradwalk.sandbox import landlock
from gradwalk.sandbox.kernel import PR_SET_PDEATHSIG, prctl
from gradwalk.sandbox.protocol import STREAM_FD, Grant
from gradwalk.sandbox.seccomp import Filter


@dataclass(frozen=True, slots=True)
class Confinement:
    """All that the fences need to know about one child."""

    grant: Grant
    stream_fd: int
    fork_server: int
    """The fork server's process id."""
    own_bytes: int
    """Address space the fork server itself takes, which every child begins with."""
    landlock: int
    """The kernel's version of Landlock, 0 if it has none."""
    filter: Filter | None
    """None where the kernel takes none, and whoever runs the server has said that this is all right."""


Fence = Callable[[Confinement], None]


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
        most = resource.getrlimit(limit)[1]  # whoever started the server may have set less, and nobody can take more
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        resource.setrlimit(limit, (soft, hard))


def step_back(confinement: Confinement) -> None:
    """Let the server, which must answer everybody, go first."""
    os.nice(confinement.grant.niceness)


def stay_inside(confinement: Confinement) -> None:
    """Enter a Landlock domain of its own, within the fork server's: the other children are out of reach too."""
    if confinement.landlock:
        landlock.enter(confinement.landlock)


def filter_system_calls(confinement: Confinement) -> None:
    """From here on, what every other fence has needed fails."""
    if confinement.filter is not None:
        confinement.filter.install()


FENCES: Final[tuple[Fence, ...]] = (
    keep_only_the_stream,
    die_with_the_fork_server,
    cap_resources,
    step_back,
    stay_inside,
    filter_system_calls,
)
