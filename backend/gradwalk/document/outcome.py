"""How a run ended: what was raised, why it was stopped."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gradwalk.document.fields import CellIndex, Document, Name, NodeIndex, SpanIndex, TensorIndex, Words
from gradwalk.stops import Reason


class RaisedError(Document):
    """The exception that ended the run."""

    type: Name
    message: Words
    cell: CellIndex | None = None
    span: SpanIndex | None = Field(
        default=None, description="The innermost expression of the snippet's own that failed."
    )
    traceback: str = Field(description="Python's traceback, cut to the snippet's own frames.")
    tensor: TensorIndex | None = Field(default=None, description="The tensor that was refused, where one was.")
    node: NodeIndex | None = Field(default=None, description="The node whose VJP failed, in a backward pass.")
    operands: list[TensorIndex] = Field(
        default=[], description="The tensors that the call at the span, or the one in it that failed, was given."
    )


Status = Literal["ok", "error", "timeout", "cpu", "memory", "limit", "killed"]


class Stop(Document):
    """Why a run was stopped, in parts from which the sentence can be made in any language."""

    reason: Reason = Field(
        description="What it used up (cpu, wall, memory, record), what it did (forbidden, crash, killed, exit, "
        "unfinished, nonsense) or what befell it (restart, silence)."
    )
    limit: float | None = Field(default=None, description="The most it may use: seconds or bytes.")
    signal: str | None = Field(default=None, description="What killed a crash.")
    exit_status: int | None = Field(default=None, description="The exit status it chose.")
    cell: CellIndex | None = None
    line: int | None = Field(default=None, ge=1, description="Where in that cell it was, if that is known.")
    loop: Literal["for", "while"] | None = Field(default=None, description="The innermost loop it was in, if any.")
    iteration: int | None = Field(default=None, ge=1, description="Which iteration of that loop, from 1.")


class Outcome(Document):
    """How the run ended. Whatever it says, everything recorded before that moment is in the document."""

    status: Status
    message: Words = Field(default="", description="The reason in one sentence; empty if all went well.")
    error: RaisedError | None = None
    stop: Stop | None = Field(default=None, description="The same in parts, if it was stopped.")
