"""A tensor in the place of a part of another, without writing in place: ``select_scatter`` and its sisters."""

from __future__ import annotations

from typing import Any

from ..op import OPS
from ..tensor import Tensor
from .registry import must_be_tensor, public
from .sizes import sizes_of
from .strides import strided_params


@public()
def select_scatter(input: Tensor, src: Tensor, dim: int, index: int) -> Tensor:
    """``input`` with ``src`` at position ``index`` of ``dim``."""
    return OPS["select_scatter"](must_be_tensor("select_scatter", "input", 1, input), src, dim=dim, index=index)


@public()
def slice_scatter(
    input: Tensor, src: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Tensor:
    """``input`` with ``src`` in positions ``start:end:step`` of ``dim``."""
    x = must_be_tensor("slice_scatter", "input", 1, input)
    return OPS["slice_scatter"](x, src, dim=dim, start=start, end=end, step=step)


@public()
def diagonal_scatter(input: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """``input`` with ``src`` on a diagonal."""
    x = must_be_tensor("diagonal_scatter", "input", 1, input)
    return OPS["diagonal_scatter"](x, src, offset=offset, dim1=dim1, dim2=dim2)


@public()
def as_strided_scatter(input: Tensor, src: Tensor, size: Any, stride: Any, storage_offset: int | None = None) -> Tensor:
    """``input`` with ``src`` where a view with these sizes and strides would look."""
    x = must_be_tensor("as_strided_scatter", "input", 1, input)
    params = {"size": sizes_of((size,)), "stride": sizes_of((stride,)), "storage_offset": storage_offset}
    strided_params(x, size, stride, storage_offset)
    return OPS["as_strided_scatter"](x, src, **params)
