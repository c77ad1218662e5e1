"""What happens in a run: the rows of ``events``, the one list of the trace with an order in time."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gradwalk.document.fields import (
    CellIndex,
    Document,
    Index,
    Name,
    NodeIndex,
    OpIndex,
    ScopeIndex,
    SpanIndex,
    TensorIndex,
    ValueIndex,
    Words,
)


class CellBegin(Document):
    """A cell starts to run."""

    kind: Literal["cell_begin"] = "cell_begin"
    cell: CellIndex


class CellEnd(Document):
    """A cell is over."""

    kind: Literal["cell_end"] = "cell_end"
    cell: CellIndex
    status: Literal["done", "error", "stopped"]


class Line(Document):
    """A statement is about to run."""

    kind: Literal["line"] = "line"
    span: SpanIndex
    scope: ScopeIndex | None = None


class OpApplied(Document):
    """An op was applied."""

    kind: Literal["op"] = "op"
    op: OpIndex


class Bind(Document):
    """A variable now names a tensor, or (null) no longer does."""

    kind: Literal["bind"] = "bind"
    name: Name
    tensor: TensorIndex | None = None
    scope: ScopeIndex | None = Field(default=None, description="The function it is local to; null: global.")


class Write(Document):
    """A storage was written in place and is now at ``version``; its numbers are ``values[value]``."""

    kind: Literal["write"] = "write"
    storage: Index
    version: Index
    value: ValueIndex


class RequiresGrad(Document):
    """``requires_grad`` was set by hand."""

    kind: Literal["requires_grad"] = "requires_grad"
    tensor: TensorIndex
    value: bool


class Branch(Document):
    """A test came out: of ``if``, ``while``, a conditional expression or ``assert``."""

    kind: Literal["branch"] = "branch"
    statement: Literal["if", "while", "ifexp", "assert"]
    span: SpanIndex
    scope: ScopeIndex | None = None
    value: bool
    tensor: TensorIndex | None = Field(default=None, description="The tensor that was asked for its truth value.")


class OutputWritten(Document):
    """A cell printed something."""

    kind: Literal["output"] = "output"
    cell: CellIndex
    output: Index = Field(description="Position in that cell's outputs; a stdout chunk may grow by several events.")
    length: Index = Field(description="Length of the chunk's text after this event, in UTF-16 code units.")


class BackwardBegin(Document):
    """``backward()`` or ``autograd.grad()`` begins."""

    kind: Literal["backward_begin"] = "backward_begin"
    roots: list[TensorIndex] = Field(description="Tensors.")
    gradients: list[ValueIndex] = Field(description="The cotangent each root starts with: values.")
    accumulate: bool = Field(description="True for backward(), false for autograd.grad().")
    retain_graph: bool
    create_graph: bool
    span: SpanIndex | None = None
    scope: ScopeIndex | None = None


class VjpRan(Document):
    """A node turned the cotangents of its outputs into those of its inputs."""

    kind: Literal["vjp"] = "vjp"
    node: NodeIndex
    cotangents_in: list[ValueIndex | None] = Field(description="Values, by output number.")
    cotangents_out: list[ValueIndex | None] = Field(description="Values, by slot of next_functions.")
    unreduced: list[ValueIndex | None] = Field(
        default=[], description="By slot: the cotangent before it was summed over broadcast axes, where it was."
    )


class Accumulate(Document):
    """A leaf's ``.grad`` received a cotangent."""

    kind: Literal["accumulate"] = "accumulate"
    node: NodeIndex
    tensor: TensorIndex = Field(description="The leaf.")
    grad: TensorIndex = Field(description="The tensor that is now its .grad.")
    contribution: ValueIndex = Field(description="Value.")
    result: ValueIndex = Field(description="Value: .grad afterwards.")
    first: bool = Field(description="True if .grad was None before.")


class Capture(Document):
    """``autograd.grad`` took a gradient out instead of accumulating it; or ``retain_grad`` kept it."""

    kind: Literal["capture"] = "capture"
    tensor: TensorIndex
    contribution: ValueIndex = Field(description="Value.")


class Free(Document):
    """A node's saved tensors were released: a second backward through it will fail."""

    kind: Literal["free"] = "free"
    node: NodeIndex


class BackwardEnd(Document):
    """The backward pass that began last is over."""

    kind: Literal["backward_end"] = "backward_end"


class GradCleared(Document):
    """``x.grad = None`` (``grad`` and ``result`` null) or ``x.grad.zero_()``."""

    kind: Literal["grad_cleared"] = "grad_cleared"
    tensor: TensorIndex = Field(description="The leaf.")
    grad: TensorIndex | None = None
    result: ValueIndex | None = Field(default=None, description="Value.")


class WarningRaised(Document):
    """Python warned."""

    kind: Literal["warning"] = "warning"
    category: Name
    message: Words
    span: SpanIndex | None = None


class ErrorRaised(Document):
    """The run ended in an exception; see ``outcome.error``."""

    kind: Literal["error"] = "error"
    span: SpanIndex | None = None


class Gap(Document):
    """Here ran what is not on record. Past the limit on lines that is lines and tests; what they did to tensors is on
    it, and so is all that ran last. Once the record is full it is all but what was printed, and how the run ended."""

    kind: Literal["gap"] = "gap"
    lines: Index = Field(description="Statements.")
    tests: Index = Field(description="Tests of anything but tensors.")
    full: Index | None = Field(default=None, description="How many operations are on record, if that is full.")


Event = Annotated[
    CellBegin | CellEnd | Line | OpApplied | Bind | Write | RequiresGrad | Branch | OutputWritten
    | BackwardBegin | VjpRan | Accumulate | Capture | Free | BackwardEnd | GradCleared | WarningRaised | ErrorRaised
    | Gap,
    Field(discriminator="kind"),
]  # fmt: skip
