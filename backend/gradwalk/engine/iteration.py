"""How an op's results lie in memory: one fact of each op, which ``stride()`` shows and ``view`` depends on.

The results of elementwise ops lie as PyTorch's TensorIterator orders the dimensions of their operands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .dtypes import Array
from .layouts import (
    Steps,
    channels_innermost,
    filling,
    is_dense,
    kept_strides,
    laid,
    row_by_row,
    sorted_dims,
    strides_of,
)


def iterated(result: Array, operands: Sequence[Any]) -> Array:
    """The result, where numpy orders its dimensions otherwise than PyTorch, which lets the first operand decide."""
    if result.ndim < 2 or type(result) is not np.ndarray:
        return result
    steps = result_strides(result.shape, operands)
    return result if strides_of(result) == steps else laid(result, steps)


def result_strides(shape: Steps, operands: Sequence[Any]) -> Steps:
    """The strides of the result of an elementwise op on arrays, and on numbers, which are as arrays of no dimension."""
    arrays = [x for x in operands if isinstance(x, np.ndarray)]
    if any(x.ndim > len(shape) for x in arrays):
        return row_by_row(shape)
    if all(x.shape == shape for x in arrays) and len(arrays) == len([x for x in operands if x is not None]):
        if all(x.flags.c_contiguous for x in arrays):
            return row_by_row(shape)
        own = {strides_of(x) for x in arrays}
        if len(own) == 1 and is_dense(arrays[0]):
            return own.pop()
    order = sorted_dims(shape, [steps_along(x, shape) for x in arrays])
    return row_by_row(shape) if order == sorted(order) else filling(shape, order)


def steps_along(x: Array, shape: Steps) -> Steps:
    """The strides of an operand along the dimensions of the result, 0 where it is broadcast."""
    lead = len(shape) - x.ndim
    own = (0 if n == 1 != shape[lead + d] else s for d, (n, s) in enumerate(zip(x.shape, strides_of(x), strict=True)))
    return (*(0,) * lead, *own)


def in_rows(result: Array, operands: Sequence[Any]) -> Array:
    """The result, row by row."""
    steps = row_by_row(result.shape)
    return result if strides_of(result) == steps else laid(result, steps)


def as_first(result: Array, operands: Sequence[Any]) -> Array:
    """The result, as a copy of the first operand lies, if it has its shape."""
    if result.shape != operands[0].shape:
        return result
    steps = kept_strides(operands[0])
    return result if strides_of(result) == steps else laid(result, steps)


def by_channels(result: Array, operands: Sequence[Any]) -> Array:
    """The result, the channels innermost if those of the first operand are, an image or images."""
    if result.ndim != 4 or not channels_innermost(operands[0]):
        return result
    return laid(result, filling(result.shape, (0, 2, 3, 1)))


def iterated_with_number(result: Array, operands: Sequence[Any]) -> Array:
    """:func:`iterated`, for an op that takes a number as a parameter which is an operand in PyTorch."""
    return iterated(result, (*operands, 0))


Lie = Callable[[Array, Sequence[Any]], Array]
LIES: dict[str, Lie] = {
    "iterated": iterated,
    "in rows": in_rows,
    "as first": as_first,
    "by channels": by_channels,
    "iterated with a number": iterated_with_number,
}
"""How results may lie, by what declarations call it."""

OF_CATEGORY = {"pointwise": "iterated", "comparison": "iterated", "reduction": "in rows"}
"""How results lie where the declaration does not say."""
