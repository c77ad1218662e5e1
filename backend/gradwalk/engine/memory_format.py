"""``torch.memory_format``: the order in memory that a tensor with channels may have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .dtypes import Array
from .layouts import Steps, filling, preserved
from .written_in_c import WrittenInC


class memory_format(metaclass=WrittenInC):  # noqa: N801 (the name is PyTorch's)
    """An order of dimensions in memory, printed as ``torch.channels_last``."""

    __slots__ = ("name", "order")
    __module__ = "torch"

    def __init__(self, name: str, order: Sequence[int] | None) -> None:
        self.name = name
        self.order = order

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> str:
        return self.name


contiguous_format = memory_format("contiguous_format", None)
preserve_format = memory_format("preserve_format", None)
channels_last = memory_format("channels_last", (0, 2, 3, 1))
channels_last_3d = memory_format("channels_last_3d", (0, 2, 3, 4, 1))
FORMATS = {f.name: f for f in (contiguous_format, preserve_format, channels_last, channels_last_3d)}


def by_columns(array: Array) -> Array:
    """A copy of a batch of matrices that lies column by column in each, as LAPACK's results do."""
    *batch, rows, columns = array.shape
    copy = np.empty((*batch, columns, rows), array.dtype).swapaxes(-2, -1)
    copy[...] = array
    return copy


def canonical(array: Array) -> Array:
    """A fresh array with the strides of one that lies row by row, in dimensions of one element or none too."""
    return array.copy() if 1 in array.shape or not array.size or not array.flags.c_contiguous else array


def laid_out(array: Array, wanted: Any) -> Array:
    """A copy whose elements lie in a format's order; for None as they lie now. Raises if it has other dimensions."""
    if wanted is None or wanted is preserve_format:
        return preserved(array)
    order = wanted.order
    if order is None:
        return array.copy(order="C")
    if array.ndim != len(order):
        raise RuntimeError(f"required rank {len(order)} tensor to use {wanted.name} format")
    return np.ascontiguousarray(array.transpose(order)).transpose(np.argsort(order))


def steps_in(shape: Sequence[int], wanted: Any) -> Steps:
    """The strides that fill memory in a format's order. Raises RuntimeError if it has other dimensions."""
    order = range(len(shape)) if wanted.order is None else wanted.order
    if len(order) != len(shape):
        raise RuntimeError(f"required rank {len(order)} tensor to use {wanted.name} format")
    return filling(shape, order)


def lies_in(array: Array, wanted: Any) -> bool:
    """Whether an array's elements lie in a format's order already."""
    if wanted is None or wanted.order is None:
        return bool(array.flags.c_contiguous)
    return array.ndim == len(wanted.order) and bool(array.transpose(wanted.order).flags.c_contiguous)


def shares_memory(array: Array) -> bool:
    """Whether some of its elements are one and the same, as those of an expanded tensor."""
    if 0 not in array.strides or 0 in array.shape:
        return False
    return any(s == 0 and n > 1 for s, n in zip(array.strides, array.shape, strict=True))
