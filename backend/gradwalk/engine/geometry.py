"""Where a tensor lies in its storage: sizes, strides and offset, and the view of a memory that has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .dtypes import Array
from .layouts import strides_of

if TYPE_CHECKING:
    from .tensor import Tensor

Geometry = tuple[tuple[int, ...], tuple[int, ...], int]
"""Sizes, strides and offset in elements, within a storage."""


def geometry(tensor: Tensor) -> Geometry:
    """Where a tensor lies in its storage."""
    array = tensor._array
    return array.shape, strides_of(array), tensor._storage.offset_of(array)


def refuse_outside(there: int, sizes: Sequence[int], strides: Sequence[int], offset: int) -> None:
    """Raises RuntimeError unless this geometry lies within so many elements: numpy would read and write beyond."""
    if offset < 0:
        raise RuntimeError(f"Tensor: invalid storage offset {offset}")
    if any(n < 0 for n in sizes) or any(step < 0 for step in strides):
        raise RuntimeError(f"Storage size calculation overflowed with sizes={list(sizes)} and strides={list(strides)}")
    last = offset + sum((n - 1) * step for n, step in zip(sizes, strides, strict=True))
    if last >= there and 0 not in sizes:
        raise RuntimeError(
            f"Gradwalk's storages do not grow by themselves: sizes {list(sizes)}, strides {list(strides)} and storage "
            f"offset {offset} need {last + 1} elements, and there are {there}; resize_ the tensor first."
        )


def strided(array: Array, sizes: tuple[int, ...], strides: tuple[int, ...], offset: int) -> Array:
    """A view of a contiguous array's memory with this geometry. Raises RuntimeError for what lies outside of it."""
    flat = array.reshape(-1)
    refuse_outside(flat.size, sizes, strides, offset)
    flat = flat[offset:]
    return np.lib.stride_tricks.as_strided(flat, sizes, tuple(step * array.itemsize for step in strides))
