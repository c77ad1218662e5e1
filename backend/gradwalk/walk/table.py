"""A walk in a terminal, for rich: what it came to, and its tensors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from gradwalk.errors import NumbersNotKept

if TYPE_CHECKING:
    from gradwalk.walk.tensors import Array, TensorAt

_MOST = 20
"""Tensors in the table: a screen of them."""


def table(line: str, tensors: Mapping[str, TensorAt]) -> RenderableType:
    """The walk's line, and a row for each of its first tensors."""
    rows = Table("tensor", "shape", "dtype", "value", "grad", "grad_fn")
    for name in list(tensors)[:_MOST]:
        rows.add_row(*map(Text, _row(tensors[name])))
    rest = len(tensors) - _MOST
    parts: list[RenderableType] = [Text(line), rows]
    if rest > 0:
        parts.append(Text(f"and {rest} more"))
    return Group(*parts)


def _row(tensor: TensorAt) -> tuple[str, ...]:
    shape = "x".join(map(str, tensor.shape)) or "scalar"
    return tensor.name, shape, tensor.dtype, _numbers(tensor, "value"), _numbers(tensor, "grad"), tensor.grad_fn or ""


def _numbers(tensor: TensorAt, which: str) -> str:
    try:
        numbers: Array | None = getattr(tensor, which)
    except NumbersNotKept:
        return "…"
    return "" if numbers is None else np.array2string(numbers, precision=4, threshold=6, edgeitems=2, separator=" ")
