"""The strides that PyTorch gives to fresh tensors: those of what they come from, or the order of their dimensions.

numpy asks less of dimensions of one element, and nothing of arrays without elements; ``stride()`` shows both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .dtypes import Array

Steps = tuple[int, ...]
"""Strides: elements to skip for one step along each dimension."""


def row_by_row(shape: Sequence[int]) -> Steps:
    """The strides of a tensor that lies row by row."""
    steps, step = [], 1
    for extent in reversed(shape):
        steps.append(step)
        step *= max(extent, 1)
    return tuple(reversed(steps))


def strides_of(array: Array) -> Steps:
    """The strides of an array; numpy gives none to what it makes without elements, which then lies row by row."""
    if array.size or not _is_without_strides(array):
        return tuple(step // array.itemsize for step in array.strides)
    return row_by_row(array.shape)


def _is_without_strides(array: Array) -> bool:
    """Whether numpy made an array without elements, or a view of such a one: all its strides are 0 then."""
    if any(array.strides):
        return False
    base = array.base
    while isinstance(base, np.ndarray) and not base.size:
        base = base.base
    return base is None


def with_strides(array: Array) -> Array:
    """The array, with strides of its own if it has no elements: a view of it shows them."""
    if array.size or not _is_without_strides(array):
        return array
    return laid(array, row_by_row(array.shape))


def laid(array: Array, steps: Steps, kind: np.dtype[Any] | None = None) -> Array:
    """The same elements in fresh memory that they fill, with these strides, of another dtype if one is given."""
    kind = array.dtype if kind is None else kind
    memory = np.empty(array.size, kind)
    fresh = np.ndarray(array.shape, kind, memory, 0, tuple(step * kind.itemsize for step in steps))
    np.copyto(fresh, array, casting="unsafe")
    return fresh


def is_dense(array: Array) -> bool:
    """Whether elements fill a stretch of memory, none of them twice; only then are their strides kept in copies."""
    if array.flags.c_contiguous:
        return True
    expected = array.itemsize
    for step, extent in sorted(zip(array.strides, array.shape, strict=True)):
        if extent == 1:
            continue
        if step != expected:
            return False
        expected *= extent
    return True


def kept_strides(array: Array) -> Steps:
    """The strides of a copy whose elements lie as they do in an array: its own, or if it has gaps their order."""
    own = strides_of(array)
    return own if is_dense(array) else filling(array.shape, sorted_dims(array.shape, [own]))


def preserved(array: Array, kind: np.dtype[Any] | None = None) -> Array:
    """A copy whose elements lie in the order in which they lie now, of another dtype if one is given."""
    # One of numpy's numbers is copied into an array, too; its own copy is a number.
    copy = np.array(array, order="C") if kind is None else array.astype(kind)
    steps = kept_strides(array)
    return copy if strides_of(copy) == steps else laid(array, steps, kind)


def lying_alike(array: Array) -> Array:
    """A copy with an array's strides, gaps and elements that stand for many among them."""
    if is_dense(array) or min(array.strides) < 0 or not array.size:
        return preserved(array)
    once = array[tuple(slice(None) if step else slice(1) for step in array.strides)]
    length = 1 + sum(
        (extent - 1) * step // array.itemsize for extent, step in zip(once.shape, once.strides, strict=True)
    )
    memory = np.zeros(length, array.dtype)
    np.copyto(np.ndarray(once.shape, array.dtype, memory, 0, once.strides), once)
    return np.ndarray(array.shape, array.dtype, memory, 0, array.strides)


def filling(shape: Sequence[int], dims: Sequence[int]) -> Steps:
    """The strides that fill memory, the last of ``dims`` being innermost."""
    steps, step = [0] * len(shape), 1
    for dim in reversed(dims):
        steps[dim] = step
        step *= shape[dim]
    return tuple(steps)


def sorted_dims(shape: Sequence[int], operands: Sequence[Steps]) -> list[int]:
    """The dimensions from the one with the longest steps to the shortest, the first operand that says deciding."""
    order = list(reversed(range(len(shape))))  # from the shortest, as PyTorch sorts them
    for start in range(1, len(order)):
        moving = start
        for other in reversed(range(start)):
            compared = _compared(shape, operands, order[other], order[moving])
            if compared > 0:
                order[other], order[moving] = order[moving], order[other]
                moving = other
            elif compared < 0:
                break
    return order[::-1]


def _compared(shape: Sequence[int], operands: Sequence[Steps], inner: int, outer: int) -> int:
    """1 if two dimensions change places, -1 if they stay, 0 if no operand says."""
    for steps in operands:
        first, second = steps[inner], steps[outer]
        if first == 0 or second == 0:
            continue
        if first != second:
            return 1 if first > second else -1
        if shape[inner] > shape[outer]:
            return 1
    return 0


def channels_within(array: Array) -> Array:
    """A copy of images that lies as those of ``torch.channels_last``."""
    return array.transpose(0, 2, 3, 1).copy(order="C").transpose(0, 3, 1, 2)


def overlaps_itself(array: Array) -> bool:
    """Whether windows of an array (``unfold``) may take the same memory twice; of dimensions that are spread over one
    element PyTorch speaks elsewhere."""
    if array.flags.c_contiguous:
        return False
    end = 0
    for step, size in sorted((step, size) for step, size in zip(array.strides, array.shape, strict=True) if size > 1):
        if 0 < step <= end:
            return True
        end += step * (size - 1)
    return False


def as_images_lie(images: Array, result: Array) -> Array:
    """What is made of images, laid as ``torch.channels_last`` if they are."""
    return channels_within(result) if result.ndim == 4 and channels_innermost(images) else result


def channels_innermost(array: Array) -> bool:
    """Whether PyTorch takes the strides of images (N, C, H, W) for those of ``torch.channels_last``."""
    steps, sizes, least = strides_of(array), array.shape, 0
    if array.ndim != 4 or steps[1] == 0:
        return False
    for dim in (1, 3, 2, 0):
        if sizes[dim] == 0 or steps[dim] < least or (dim == 0 and least == steps[1]):
            return False
        least = steps[dim] * max(sizes[dim], 1)
    return True
