"""The trace document, schema version 1: everything that happened in one run, in one JSON file.

Here is the whole of it, with what a client may ask of a run. What is in its lists stands in :mod:`.rows`, what happens
in :mod:`.events`, how it ends in :mod:`.outcome`, and what all of them are made of in :mod:`.fields`; whoever reads or
writes a trace finds every part by its name here.

Conventions, true of every field:

* An index is a position in the list of the same name: ``Event.op`` indexes ``Trace.ops``, ``Op.span`` indexes
  ``Trace.spans``, ``Op.outputs`` index ``Trace.tensors``. Every list but ``cells`` only ever grows during a run, so a
  run that was killed leaves a document that is whole up to that moment.
* ``events`` is the only list with an order in time. The state at step *k* is a pure fold of ``events[:k]``
  (:func:`gradwalk.document.fold.frame_at`); nothing that can be derived is stored twice.
* Lines count from 1, columns from 0 in UTF-16 code units, as in the Language Server Protocol.
* Numbers that JSON lacks travel as the strings ``"NaN"``, ``"Infinity"`` and ``"-Infinity"``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gradwalk.document.events import *  # noqa: F403 (every part of a trace has its name here, too)
from gradwalk.document.events import Event
from gradwalk.document.fields import *  # noqa: F403
from gradwalk.document.fields import NUMBER, Document
from gradwalk.document.outcome import *  # noqa: F403
from gradwalk.document.outcome import Outcome
from gradwalk.document.rows import *  # noqa: F403
from gradwalk.document.rows import Cell, Edge, Formula, Node, Op, Scope, Span, Tensor, Value

SCHEMA_VERSION = 1


class Override(Document):
    """Numbers in the place of what an op gave: what if this tensor had been something else?"""

    op: Annotated[int, Field(ge=0, lt=2**31), NUMBER] = Field(
        description="Position of the op in the trace's ops: no view; one in place fills the memory that it writes into."
    )
    data: list[Annotated[float, NUMBER]] = Field(
        max_length=1000, description="All elements of its first output (or of that memory), row-major."
    )


class Options(Document):
    """What a client may ask of a run."""

    seed: Annotated[int, Field(ge=0, lt=2**64), NUMBER] | None = Field(
        default=None, description="As torch.manual_seed(seed) before the first cell."
    )
    max_elements: Annotated[int, Field(ge=1, le=10_000), NUMBER] = Field(
        default=1000, description="Longest value listed whole."
    )
    overrides: list[Override] = Field(default=[], max_length=16, description="What if: results replaced as they come.")


class Generator(Document):
    """What wrote the document."""

    name: Literal["gradwalk"] = "gradwalk"
    version: str


class Trace(Document):
    """One run of one snippet."""

    schema_version: Literal[1] = 1
    generator: Generator
    options: Options
    cells: list[Cell]
    spans: list[Span] = Field(default=[])
    scopes: list[Scope] = Field(default=[])
    tensors: list[Tensor] = Field(default=[])
    values: list[Value] = Field(default=[])
    ops: list[Op] = Field(default=[])
    nodes: list[Node] = Field(default=[])
    edges: list[Edge] = Field(default=[])
    formulas: list[Formula] = Field(default=[])
    events: list[Event] = Field(default=[])
    outcome: Outcome
