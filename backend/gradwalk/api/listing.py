"""The shape of ``/api/v1/ops``."""

from __future__ import annotations

from pydantic import BaseModel, Field


class ListedFormula(BaseModel):
    """A formula as the declaration has it, and typeset."""

    text: str
    latex: str


class ListedVjp(BaseModel):
    """The VJP of one operand."""

    argument: str
    formula: ListedFormula


class ListedOp(BaseModel):
    """An op, from its only declaration."""

    name: str = Field(description="PyTorch's name, with its overload.", examples=["add", "pow.Tensor_Scalar"])
    category: str
    operands: list[str] = Field(description="What it takes tensors for; `[]` after one that is a list of them.")
    params: dict[str, str] = Field(description="Its other arguments and their defaults, as Python writes them.")
    grad_fn: str | None = Field(description="The name of its node; null if no gradient passes.")
    is_view: bool = Field(description="Whether the result shares its operand's memory.")
    forward: ListedFormula | None
    vjps: list[ListedVjp]


class Listing(BaseModel):
    """All that can be used in a snippet."""

    torch_version: str = Field(description="The PyTorch that all this answers as.")
    ops: list[ListedOp]
    names: dict[str, list[str]] = Field(description="PyTorch's public names that are here, by module or class.")
