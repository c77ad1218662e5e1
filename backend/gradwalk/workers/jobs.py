"""What a worker can do: each job takes a trace's JSON and a few words, and gives bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gradwalk.document import parts
from gradwalk.document.check import checked
from gradwalk.document.schema import Trace
from gradwalk.export import Look, export


def draw(document: bytes, format: str, step: int | None, look: Mapping[str, Any]) -> bytes:
    """An export of a trace of our own."""
    return _drawn(Trace.model_validate_json(document), format, step, look)


def render(document: bytes, format: str, step: int | None, look: Mapping[str, Any]) -> bytes:
    """An export of a trace that a stranger handed in."""
    return _drawn(checked(document), format, step, look)


def _drawn(trace: Trace, format: str, step: int | None, look: Mapping[str, Any]) -> bytes:
    at = None if step is None else parts.step_of(step, len(trace.events))
    return export(trace, format, at, Look(**look))


JOBS: Mapping[str, Callable[..., bytes]] = {
    "cut": parts.cut,
    "state": parts.state,
    "digest": parts.digest,
    "draw": draw,
    "render": render,
}
