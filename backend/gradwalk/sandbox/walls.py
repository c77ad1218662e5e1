"""What this machine has to hold a child with, found out once by the fork server."""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass
from typing import Self

from gradwalk.sandbox import landlock, seccomp
from gradwalk.sandbox.fences import Confinement
from gradwalk.sandbox.protocol import Grant
from gradwalk.sandbox.syscalls import this_architecture


@dataclass(frozen=True, slots=True)
class Walls:
    """The walls, and what is the same for every child behind them."""

    landlock: int
    """The kernel's version of Landlock, 0 if it has none."""
    filter: seccomp.Filter | None
    own_bytes: int
    """Address space the fork server itself takes."""
    fork_server: int
    """Its process id."""

    @classmethod
    def of_this_machine(cls) -> Self:
        """Ask the kernel."""
        architecture = this_architecture()
        filter_ = None
        if architecture is not None and seccomp.available():
            filter_ = seccomp.Filter(seccomp.program(architecture))
        return cls(landlock.version(), filter_, _address_space(), os.getpid())

    def around(self, stream_fd: int, grant: Grant) -> Confinement:
        """The confinement of one child."""
        return Confinement(grant, stream_fd, self.fork_server, self.own_bytes, self.landlock, self.filter)


def _address_space() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
