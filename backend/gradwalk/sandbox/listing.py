"""The catalogue of ops and names, from a process of its own: this one never holds the engine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

from gradwalk.errors import SandboxUnavailable

_SECONDS = 30


@cache
def catalogue_json() -> bytes:
    """The catalogue as JSON; made once. Raises SandboxUnavailable if the process that lists it fails."""
    command = [sys.executable, "-m", "gradwalk.catalogue"]
    try:
        return subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise SandboxUnavailable("The list of ops could not be made; try again later.") from error


def lines_of(catalogue: dict[str, Any], wanted: str) -> Iterator[str]:
    """A line for each op and for each public name that has ``wanted`` in its name; with dots, in all of its name."""
    _, dot, last = wanted.rpartition(".")
    for op in catalogue["ops"]:
        if op["name"] == last or wanted in op["name"]:
            params = ", ".join(f"{name}={default}" for name, default in op["params"].items())
            signature = ", ".join((*op["operands"], *(("*", params) if params else ())))
            forward = "" if op["forward"] is None else f" = {op['forward']['text']}"
            yield f"{op['name']}({signature}){forward}"
            for vjp in op["vjps"]:
                yield f"    {op['grad_fn']}: d/d{vjp['argument']} = {vjp['formula']['text']}"
    for owner, names in catalogue["names"].items():
        yield from (f"{owner}.{name}" for name in names if wanted in (f"{owner}.{name}" if dot else name))
