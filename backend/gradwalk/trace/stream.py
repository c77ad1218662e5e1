"""One frame of the stream that a run sends: what is new in each of the trace's lists, and what cells printed."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

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


class OutputText(Document):
    """Text to append to the ``output``-th output of a cell, which it opens if it is the next one."""

    cell: Index
    output: Index
    kind: Literal["stdout", "stderr", "echo", "error", "warning"]
    text: str


class Frame(Document):
    """What is new since the last frame. It may refer to itself and to what came before, never to what comes after.

    Checking a list stops at its first fault: a hostile frame could else have half a million of them described.
    """

    spans: list[Span] = Field(default=[], fail_fast=True)
    scopes: list[Scope] = Field(default=[], fail_fast=True)
    tensors: list[Tensor] = Field(default=[], fail_fast=True)
    values: list[Value] = Field(default=[], fail_fast=True)
    ops: list[Op] = Field(default=[], fail_fast=True)
    nodes: list[Node] = Field(default=[], fail_fast=True)
    edges: list[Edge] = Field(default=[], fail_fast=True)
    formulas: list[Formula] = Field(default=[], fail_fast=True)
    events: list[Event] = Field(default=[], fail_fast=True)
    outputs: list[OutputText] = Field(default=[], fail_fast=True)
    outcome: Outcome | None = None

    def items(self, name: str) -> list[Any]:
        """The list called ``name``."""
        found: list[Any] = getattr(self, name)
        return found
