"""Exports written where they are wanted."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gradwalk.document.schema import Trace
from gradwalk.errors import GradwalkError

if TYPE_CHECKING:
    from gradwalk.export import Look


def check_place(path: Path) -> None:
    """Raises GradwalkError if nothing could be written to ``path``: so that code is not run first."""
    if str(path) == "-":
        return
    place = path if path.exists() else path.parent
    if not place.exists():
        problem = errno.ENOENT
    elif place.is_dir() is (place is path):
        problem = errno.EISDIR if place is path else errno.ENOTDIR
    elif not os.access(place, os.W_OK):
        problem = errno.EACCES
    else:
        return
    raise GradwalkError(f"cannot write {path}: {os.strerror(problem)}")


def export_to(path: Path, trace: Trace, format: str, step: int | None = None, look: Look | None = None) -> None:
    """Write one export to ``path``, ``-`` being standard output; raises GradwalkError if that cannot be."""
    from gradwalk.export import TRACE, Look, export  # much, which most runs do without

    data = trace.model_dump_json().encode() if format == TRACE else export(trace, format, step, look or Look())
    if str(path) == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    try:
        path.write_bytes(data)
    except OSError as error:
        raise GradwalkError(f"cannot write {path}: {error.strerror}") from error
