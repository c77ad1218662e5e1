"""A fork server's process, started. Whoever has much to load before it can talk with it starts it first: both then
load side by side."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from gradwalk.errors import SandboxUnavailable, SandboxUnsupported

_BOOTSTRAP = """
import sys
parent, control, entry, preload, rehearsal, *paths = sys.argv[1:]
sys.path[:0] = paths
from gradwalk.sandbox.zygote import main
main(entry, preload, rehearsal, int(parent), int(control))
"""
_PACKAGE_ROOT = str(Path(__file__).resolve().parents[2])


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


ENTRY = "gradwalk.runner.run:run"
PRELOAD = "gradwalk.runner.imports:preload"
"""Named, never imported: what they lead to is for the fork server alone."""
REHEARSAL = "gradwalk.runner.rehearsal:rehearse"
PROGRAM = Program(ENTRY, PRELOAD, REHEARSAL)
UNREHEARSED = Program(ENTRY, PRELOAD)
"""For a single run, which is over before a rehearsal would have paid."""


class Started(NamedTuple):
    """A process that loads, and the socket on which it will say that it is ready."""

    process: subprocess.Popen[bytes]
    control: socket.socket

    def abandon(self) -> None:
        """Nobody will talk with it."""
        self.control.close()
        self.process.kill()
        self.process.wait()


def start(program: Program) -> Started:
    """Start a fork server. It dies with the thread that calls this: the kernel's parent-death signal goes by threads.

    Raises SandboxUnsupported where there can be none, SandboxUnavailable where it does not start.
    """
    check_system()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        with theirs:
            return Started(_process(program, theirs), ours)
    except OSError as error:
        ours.close()
        raise SandboxUnavailable(f"The sandbox could not be started: {reason(error)}.") from error


def _process(program: Program, control: socket.socket) -> subprocess.Popen[bytes]:
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
