"""Views in place: the tensor itself gets the other shape, order of dimensions or strides."""

from __future__ import annotations

from typing import Any

from ..apply import refuse_leaves
from ..op import OPS
from ..tensor import Tensor
from ..view_in_place import view_in_place
from .registry import must_be_tensor, public
from .strides import strided_params


@public(function=False)
def squeeze_(self: Tensor, dim: Any = None) -> Tensor:
    """:func:`squeeze`, in place."""
    if isinstance(dim, tuple | list):
        return view_in_place(OPS["squeeze_.dims"], self, dim=tuple(dim))
    return view_in_place(OPS["squeeze_"], self) if dim is None else view_in_place(OPS["squeeze_.dim"], self, dim=dim)


@public(function=False)
def unsqueeze_(self: Tensor, dim: int) -> Tensor:
    """:func:`unsqueeze`, in place."""
    return view_in_place(OPS["unsqueeze_.fresh"], self, dim=dim)


@public(function=False)
def t_(self: Tensor) -> Tensor:
    """:func:`t`, in place."""
    refuse_leaves(self)
    if self.ndim > 2:
        raise RuntimeError(f"t_() expects a tensor with <= 2 dimensions, but self is {self.ndim}D")
    return view_in_place(OPS["t_"], self)


@public(function=False)
def transpose_(self: Tensor, dim0: int, dim1: int) -> Tensor:
    """:func:`transpose`, in place."""
    return view_in_place(OPS["transpose_.fresh"], self, dim0=dim0, dim1=dim1)


@public(function=False)
def swapdims_(self: Tensor, dim0: int, dim1: int) -> Tensor:
    """:func:`transpose_`, under another name."""
    return transpose_(self, dim0, dim1)


@public(function=False)
def swapaxes_(self: Tensor, axis0: int, axis1: int) -> Tensor:
    """:func:`transpose_`, under numpy's name."""
    return transpose_(self, axis0, axis1)


@public()
def as_strided_(input: Tensor, size: Any, stride: Any, storage_offset: int | None = None) -> Tensor:
    """:func:`as_strided`, in place."""
    x = must_be_tensor("as_strided_", "input", 1, input)
    return view_in_place(OPS["as_strided_"], x, **strided_params(x, size, stride, storage_offset))
