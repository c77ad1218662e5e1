"""The forms that a trace is given out in, as data: whoever offers a choice takes it from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gradwalk.export.graph.scene import Stage
from gradwalk.export.look import Look
from gradwalk.export.writers.dot import dot
from gradwalk.export.writers.walk import walk

Writer = Callable[[Stage, int | None, Look], bytes]
"""Makes the export of a run at a step (a number of events, or None for the whole run) in a look."""


@dataclass(frozen=True)
class Format:
    """A form of export. ``stepped``: whether a step changes what is in it; ``looks``: which parts of a look do."""

    name: str
    suffix: str
    media_type: str
    about: str
    stepped: bool
    looks: frozenset[str]
    write: Writer


def _dot(stage: Stage, k: int | None, look: Look) -> bytes:
    return dot(stage.scene(k, look), look).encode()


def _walk(stage: Stage, k: int | None, look: Look) -> bytes:
    return walk(stage, look, k).encode()


_PICTURE = frozenset({"theme", "direction", "language", "scale", "fold"})

FORMATS: Mapping[str, Format] = {
    made.name: made
    for made in (
        Format("dot", ".dot", "text/vnd.graphviz", "The graph for Graphviz.", True, _PICTURE, _dot),
        Format("txt", ".txt", "text/plain; charset=utf-8", "The walk in words, a line a step.", True,
               frozenset({"language"}), _walk),
    )
}  # fmt: skip
