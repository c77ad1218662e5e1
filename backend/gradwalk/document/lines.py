"""A trace told line by line while its run goes on: what it begins with, frame after frame, how it ended.

Each line is one JSON document. What a frame holds is appended to the trace's lists of the same names, the text of its
outputs to those of the cells. The rest follows from the events: a cell's ``status`` from ``cell_begin`` ("stopped") and
``cell_end``, a tensor's ``names`` from ``bind``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, RootModel

from gradwalk.document.schema import Cell, Document, Generator, Options, Outcome
from gradwalk.document.stream import Frame

MEDIA_TYPE = "application/x-ndjson"


class Waiting(Document):
    """Comes before all others while it is not this run's turn: at once, when it changes, and so that the line lives."""

    kind: Literal["waiting"]
    ahead: int = Field(ge=0, description="How many of those who wait come first.")


class Begin(Document):
    """Sent when the run begins. No cell has run yet."""

    kind: Literal["begin"]
    schema_version: Literal[1]
    generator: Generator
    options: Options
    cells: list[Cell]


class Progress(Document):
    """How far the run has come by the end of a frame."""

    ops: int = Field(ge=0, description="Operations so far.")
    events: int = Field(ge=0, description="Events so far.")
    seconds: float = Field(ge=0, description="Since the run began, by the server's clock.")


class FrameLine(Document):
    """What is new since the line before; lists without anything new are left out."""

    kind: Literal["frame"]
    frame: Frame
    progress: Progress


class ProgressLine(Document):
    """In the place of a frame for whoever asked for `level=summary`, and where nothing new has come for long."""

    kind: Literal["progress"]
    progress: Progress


class End(Document):
    """The last line. A stream without it broke off, and the run was ended."""

    kind: Literal["end"]
    outcome: Outcome


class Line(RootModel[Annotated[Waiting | Begin | FrameLine | ProgressLine | End, Field(discriminator="kind")]]):
    """One line of the stream."""


def spelt(kind: str, line: bytes) -> bytes:
    """A line as it is sent."""
    return line + b"\n"


def frame_line(lists: Mapping[str, bytes], progress: Progress) -> bytes:
    """What a frame that has been checked brought, as a line without its end."""
    new = b",".join(b'"%b":[%b]' % (name.encode(), rows) for name, rows in lists.items())
    return b'{"kind":"frame","frame":{%b},"progress":%b}' % (new, progress.model_dump_json().encode())
