"""How the result of an elementwise op lies in memory: as PyTorch's TensorIterator orders the operands' dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .dtypes import Array

ELEMENTWISE = frozenset(("pointwise", "comparison"))
"""Categories of ops whose results lie as :func:`iterated` says."""


def iterated(result: Array, operands: Sequence[Any]) -> Array:
    """The result, where numpy orders its dimensions otherwise than PyTorch, which lets the first operand decide."""
    if result.ndim < 2 or type(result) is not np.ndarray or result.size < 2:
        return result
    arrays = [x for x in operands if isinstance(x, np.ndarray) and x.ndim]
    if all(x.shape == result.shape and x.flags.c_contiguous for x in arrays):
        return result if result.flags.c_contiguous else result.copy()
    order = _order(result.shape, [_steps(x, result.shape) for x in arrays])
    places = sorted(range(result.ndim), key=order.__getitem__)
    if result.transpose(order).flags.c_contiguous:
        return result
    lying = np.empty([result.shape[d] for d in order], result.dtype).transpose(places)
    lying[...] = result
    return lying


def _steps(x: Array, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The steps of an operand along the dimensions of the result, 0 where it is broadcast."""
    lead = len(shape) - x.ndim
    own = (0 if n == 1 != shape[lead + d] else step for d, (n, step) in enumerate(zip(x.shape, x.strides, strict=True)))
    return (*(0,) * lead, *own)


def _order(shape: tuple[int, ...], operands: Sequence[tuple[int, ...]]) -> list[int]:
    """The dimensions from the one with the longest steps to the shortest."""
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


def _compared(shape: tuple[int, ...], operands: Sequence[tuple[int, ...]], inner: int, outer: int) -> int:
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
