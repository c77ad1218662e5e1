"""Exports written where they are wanted."""

from __future__ import annotations

import sys
from pathlib import Path

from gradwalk.document.schema import Trace
from gradwalk.errors import GradwalkError
from gradwalk.export import TRACE, Look
from gradwalk.export import export as made

_AS_IT_IS = Look()


def export_to(path: Path, trace: Trace, format: str, step: int | None = None, look: Look = _AS_IT_IS) -> None:
    """Write one export to ``path``, ``-`` being standard output; raises GradwalkError if that cannot be."""
    data = trace.model_dump_json().encode() if format == TRACE else made(trace, format, step, look)
    if str(path) == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    try:
        path.write_bytes(data)
    except OSError as error:
        raise GradwalkError(f"cannot write {path}: {error.strerror}") from error
