"""Exports written where they are wanted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gradwalk.document.schema import Trace
from gradwalk.errors import GradwalkError

if TYPE_CHECKING:
    from gradwalk.export import Look


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
