"""The sums of rows as PyTorch has them: softmax and its slopes by vectors, added up at last; running ones in double."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import elementary
from ..core import CORE
from ..dtypes import Array
from ..fused import plus_products

_VECTOR_BYTES = 32


def sums_of_rows(x: Array) -> Array:
    """The sums along the last dimension, which stays; of rows that are no longer than a vector from left to right.

    Of longer ones (ATen's ``vec::reduce_all``) each vector is added to the sum of those before, the last only in part,
    and of that sum one half to the other until one number is left, where the numbers are float32.
    """
    return _sums(x, None)


def sums_of_products(x: Array, factor: Array) -> Array:
    """The sums of ``x * factor`` along the last dimension, which stays.

    The products of the last vector, where it is not full, are rounded with the sum, not before it.
    """
    return _sums(x, factor)


def _sums(x: Array, factor: Array | None) -> Array:
    if CORE is not None and (fast := CORE.sums_of_rows(x, factor)) is not None:
        return np.asarray(fast)
    width, lanes = x.shape[-1], _VECTOR_BYTES // x.itemsize
    products = x if factor is None else x * factor
    if width < lanes:
        return np.add.accumulate(products, axis=-1)[..., -1:]
    whole = width - width % lanes
    found = np.add.reduce(products[..., :whole].reshape(*x.shape[:-1], -1, lanes), axis=-2)
    if whole < width:
        found[..., : width - whole] = _with_the_last(found[..., : width - whole], x, factor, whole)
    return _folded(found) if x.dtype == np.float32 else np.add.accumulate(found, axis=-1)[..., -1:]


def _with_the_last(found: Array, x: Array, factor: Array | None, start: int) -> Any:
    if factor is None:
        return found + x[..., start:]
    return plus_products(found, x[..., start:], factor[..., start:])


def _folded(x: Array) -> Array:
    """One half added to the other until there is one number."""
    while x.shape[-1] > 1:
        half = x.shape[-1] // 2
        x = x[..., :half] + x[..., half:]
    return x


def raised_beside(x: Array, axis: int) -> Array:
    """Exponentials along a dimension that is not the last: of as many as fill vectors, and of what is left beside."""
    width = math.prod(x.shape[axis + 1 :])
    beside = x.reshape(-1, width)
    raised: Array = elementary.vector_exp(beside)
    if rest := width % (_VECTOR_BYTES // x.itemsize):
        raised[:, width - rest :] = elementary.exp_one_by_one(beside[:, width - rest :])
    return raised.reshape(x.shape)


def sums_one_by_one(x: Array, axis: int) -> Array:
    """Sums along a dimension, which stays, from the first to the last."""
    return np.take(np.add.accumulate(x, axis=axis), [-1], axis=axis)


_LEVELS, _LEVEL_STEP = 8, 16


def sum_in_levels(x: Array) -> Any:
    """The sum of a row of losses, as PyTorch's loss of classes adds it up (ATen's LossNLL.cpp).

    From the second number on sixteen make one of the next level, and what is left of each level is added up at last;
    the first goes to the highest at once.
    """
    zero, left = x.dtype.type(0), []
    first, rest = x[:1], x[1:]
    for _ in range(_LEVELS - 1):
        whole = rest.size - rest.size % _LEVEL_STEP
        left.append(np.add.accumulate(rest[whole:])[-1] if whole < rest.size else zero)
        rest = np.add.accumulate(rest[:whole].reshape(-1, _LEVEL_STEP), axis=1)[:, -1]
    total = zero
    for level in (*left, *np.add.accumulate(np.concatenate((first, rest)))[-1:]):
        total = total + level
    return total


def log_sums_so_far(x: Array, axis: int) -> Array:
    """The logarithms of the sums of exponentials so far, which PyTorch keeps in double precision."""
    sums: Array = np.logaddexp.accumulate(x.astype(np.float64, order="C"), axis=axis).astype(x.dtype)
    return sums
