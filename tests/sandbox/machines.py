"""The machines that the sandbox is tried on: this one as it is, and what can be emulated of others."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import sysconfig
from pathlib import Path

from gradwalk.sandbox.starting import Program
from tests.sandbox import emulate
from tests.sandbox.harness import program

MACHINES = ("as it is", "nobody", "docker")


def on(machine: str, entry: str = "entry") -> Program | str:
    """A fork server on that machine; or why there can be none here."""
    if machine == "as it is":
        return program(entry)
    python = readable_python()
    if machine == "unfiltered":
        return program(entry, [*emulated(sys.executable, machine)])
    if machine == "nobody" and os.geteuid() != 0:
        return "the tests already run as a user without rights"
    if python is None:
        return "no Python of this version can be read by a user without rights"
    libraries = [sysconfig.get_path("purelib")]
    if machine == "nobody":
        return program(entry, emulated(python, machine), libraries)
    if platform.machine() != "x86_64":
        return "Docker's filter is written down for x86_64 only"
    return program(entry, emulated(python, machine), libraries)


def emulated(python: str, *how: str) -> list[str]:
    """Python, run by Python as it would be elsewhere."""
    return [python, emulate.__file__, *how, python]


def readable_python() -> str | None:
    """A Python like this one that a user without rights may run."""
    if os.geteuid() != 0:
        return sys.executable
    for candidate in (sys.executable, shutil.which(f"python3.{sys.version_info[1]}", path="/usr/bin:/usr/local/bin")):
        if candidate and _open_to_all(Path(candidate).resolve()):
            return candidate
    return None


def _open_to_all(path: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (path, *path.parents))
