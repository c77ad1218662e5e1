"""One frame of the stream that a run sends: what is new in each of the trace's lists, and what cells printed."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, ValidationError

from gradwalk.trace.schema import (
    Document,
    Edge,
    Event,
    Formula,
    Index,
    Node,
    Op,
    Outcome,
    Scope,
    Span,
    Tensor,
    Value,
)

LISTS = ("spans", "scopes", "tensors", "values", "ops", "nodes", "edges", "formulas", "events")
"""The lists of a trace that only ever grow, under the same names in a frame."""

_WORTH_TELLING = 100
"""More faults than this are counted, not told."""


class BadFrame(Exception):
    """A frame that no honest run sends; the text says what is wrong with it."""


class OutputText(Document):
    """Text to append to the ``output``-th output of a cell, which it opens if it is the next one."""

    cell: Index
    output: Index
    kind: Literal["stdout", "stderr", "echo", "error", "warning"]
    text: str


class Frame(Document):
    """What is new since the last frame. It may refer to itself and to what came before, never to what comes after."""

    spans: list[Span] = Field(default=[])
    scopes: list[Scope] = Field(default=[])
    tensors: list[Tensor] = Field(default=[])
    values: list[Value] = Field(default=[])
    ops: list[Op] = Field(default=[])
    nodes: list[Node] = Field(default=[])
    edges: list[Edge] = Field(default=[])
    formulas: list[Formula] = Field(default=[])
    events: list[Event] = Field(default=[])
    outputs: list[OutputText] = Field(default=[])
    outcome: Outcome | None = None

    def items(self, name: str) -> list[Any]:
        """The list called ``name``."""
        found: list[Any] = getattr(self, name)
        return found


def parse(payload: bytes) -> Frame:
    """The frame that ``payload`` spells; raises :class:`BadFrame` if it is none."""
    try:
        return Frame.model_validate_json(payload, strict=True)
    except ValidationError as invalid:
        if invalid.error_count() > _WORTH_TELLING:
            raise BadFrame(f"frame: {invalid.error_count()} faults") from None
        first = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadFrame(f"{where or 'frame'}: {first['msg']}") from None
