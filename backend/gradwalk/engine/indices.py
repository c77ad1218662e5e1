"""Tensors that index others, as numpy takes them, with PyTorch's checks and words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .dtypes import Array
from .errors import bracketed
from .tensor import Tensor

Indices = Sequence[Tensor | None]
"""For each leading dimension a tensor that indexes it (a mask: as many as it has dimensions), or None for all of it."""


def key(shape: tuple[int, ...], indices: Indices) -> tuple[Any, ...]:
    """The indices as numpy takes them. Raises IndexError where they do not fit."""
    if len(indices) > len(shape):
        raise IndexError(f"too many indices for tensor of dimension {len(shape)} (got {len(indices)})")
    found: list[Any] = []
    axis = 0
    numbers: list[Array] = []
    outside: list[tuple[int, Array, int]] = []
    of_nothing = False
    for index in indices:
        if index is None:
            found.append(slice(None))
            axis += 1
            continue
        array = index._array
        if array.dtype.kind == "b" or array.dtype == np.uint8:
            if array.shape != shape[axis : axis + array.ndim]:
                raise IndexError(_mask_mismatch(array.shape, shape, axis))
            for number in array.nonzero() if array.ndim else ():
                found.append(number)
                numbers.append(number)
                axis += 1
            continue
        extent = shape[axis]
        of_nothing = of_nothing or bool(array.size and not extent)
        if array.size and ((array >= extent) | (array < -extent)).any():
            outside.append((len(numbers), array, extent))
        found.append(array)
        numbers.append(array)
        axis += 1
    try:
        whole = np.broadcast_shapes(*(n.shape for n in numbers))
    except ValueError:
        shapes = ", ".join(bracketed(n.shape) for n in numbers)
        raise IndexError(
            f"shape mismatch: indexing tensors could not be broadcast together with shapes {shapes}"
        ) from None
    if of_nothing and 0 not in whole:
        raise IndexError("index is out of bounds for dimension with size 0")
    if outside and 0 not in whole:
        if 0 not in _not_indexed(shape, found):
            raise IndexError(_first_outside(outside, whole))
        # nothing is looked at, so PyTorch does not look at the numbers either
        return tuple(part if isinstance(part, slice) else np.zeros_like(part) for part in found)
    return tuple(found)


def _not_indexed(shape: tuple[int, ...], parts: Sequence[Any]) -> tuple[int, ...]:
    """The sizes of the dimensions that no tensor indexes."""
    return (*(n for n, part in zip(shape, parts, strict=False) if isinstance(part, slice)), *shape[len(parts) :])


def _first_outside(outside: Sequence[tuple[int, Array, int]], whole: tuple[int, ...]) -> str:
    """PyTorch goes element by element, and counts the dimensions that tensors index."""
    places = []
    for number, array, extent in outside:
        spread = np.broadcast_to(array, whole).reshape(-1)
        first = int(np.argmax((spread >= extent) | (spread < -extent)))
        places.append(
            (first, number, f"index {spread[first]} is out of bounds for dimension {number} with size {extent}")
        )
    return min(places)[2]


def _mask_mismatch(mask: tuple[int, ...], shape: tuple[int, ...], axis: int) -> str:
    wrong = next((i for i, n in enumerate(mask) if axis + i >= len(shape) or shape[axis + i] != n), 0)
    return (
        f"The shape of the mask {bracketed(mask)} at index {wrong} does not match the shape of the indexed tensor "
        f"{bracketed(shape)} at index {axis + wrong}"
    )
