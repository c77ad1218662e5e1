"""The machines that the sandbox is tried on: this one as it is, and what can be emulated of others."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from pathlib import Path

from gradwalk.sandbox.connection import Program
from tests.sandbox import emulate
from tests.sandbox.harness import program

PROFILE = "DOCKER_SECCOMP_PROFILE"
"""The environment variable that names a file with Docker's default seccomp profile."""
MACHINES = ("as it is", "nobody", "docker")


def on(machine: str, entry: str = "entry") -> Program | str:
    """A fork server on that machine; or why there can be none here."""
    if machine == "as it is":
        return program(entry)
    python = readable_python()
    if machine == "unfiltered":
        return program(entry, [*emulated(sys.executable, machine)])
    if os.geteuid() != 0:
        return "the tests already run as a user without rights" if machine == "nobody" else "only root can emulate it"
    if python is None:
        return "no Python of this version can be read by a user without rights"
    libraries = [sysconfig.get_path("purelib")]
    if machine == "nobody":
        return program(entry, emulated(python, machine), libraries)
    profile = os.environ.get(PROFILE, "")
    if not Path(profile).is_file():
        return f"{PROFILE} names no file with Docker's default seccomp profile"
    if not emulate.HEADER.is_file():
        return f"{emulate.HEADER} is not there to look system calls up in"
    return program(entry, emulated(python, machine, profile), libraries)


def emulated(python: str, *how: str) -> list[str]:
    """Python, run by Python as it would be elsewhere."""
    return [python, emulate.__file__, *how, python]


def readable_python() -> str | None:
    """A Python like this one that everybody may run."""
    for candidate in (sys.executable, shutil.which(f"python3.{sys.version_info[1]}", path="/usr/bin:/usr/local/bin")):
        if candidate and _open_to_all(Path(candidate).resolve()):
            return candidate
    return None


def _open_to_all(path: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (path, *path.parents))
