"""Norms of vectors, added up as PyTorch's kernel does, so that they come out the same to the last bit.

The kernel goes over the numbers of one norm by where they lie in memory, one after another. Only squares of numbers
that lie side by side it adds up by vectors, whose elements are added up at last, and then what did not fill a vector:
of float32 four products at a time, and each of the others rounded with the sum.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import elementary
from ..core import CORE
from ..dtypes import Array
from ..fused import plus_products

_VECTOR_BYTES = 32
_FEW = 4
_SQUARES, _MAGNITUDES, _NUMBERS = range(3)


def norms(x: Array, ord: float, dims: Sequence[int], keepdim: bool) -> Any:
    """The norm of real numbers along dimensions, of which there is at least one."""
    if all(x.shape[d] == 1 for d in dims):
        found = np.abs(x) if ord else (x != 0).astype(x.dtype)
    elif abs(ord) == math.inf:
        extreme: Any = np.maximum.reduce if ord > 0 else np.minimum.reduce
        found = extreme(np.abs(x), axis=tuple(dims), keepdims=True)
    elif ord == 0:
        found = np.add.reduce(x != 0, axis=tuple(dims), keepdims=True, dtype=x.dtype)
    elif ord in (1, 2):
        found = added(x, dims, _SQUARES if ord == 2 else _MAGNITUDES)
    else:
        kind = x.dtype.type  # of one exponent numpy makes roots and reciprocals
        with np.errstate(all="ignore"):
            total = added(elementary.power_one_by_one(np.abs(x), np.full_like(x, ord)), dims, _NUMBERS)
            found = elementary.power_one_by_one(total, np.full_like(total, kind(1) / kind(ord)))
    return found if keepdim else found.reshape([n for d, n in enumerate(x.shape) if d not in dims]).copy()


def added(x: Array, dims: Sequence[int], kind: int) -> Array:
    """The sums along dimensions, which stay: of squares, of which these are the roots, of magnitudes, or of numbers."""
    if CORE is not None and (fast := CORE.added_along(x, tuple(dims), kind)) is not None:
        return np.asarray(fast)
    shape = [1 if d in dims else n for d, n in enumerate(x.shape)]
    if not x.size:
        return np.zeros(shape, x.dtype)
    rows, lie_side_by_side = _rows(x, dims)
    with np.errstate(all="ignore"):
        if kind == _SQUARES and lie_side_by_side:
            found = _squares_by_vectors(rows)
        else:
            terms = rows * rows if kind == _SQUARES else np.abs(rows) if kind == _MAGNITUDES else rows
            found = np.add.accumulate(terms, axis=-1)[..., -1]
        return np.asarray(np.sqrt(found) if kind == _SQUARES else found).reshape(shape).copy()


def _rows(x: Array, dims: Sequence[int]) -> tuple[Array, bool]:
    """The numbers of each norm, in the kernel's order, in the last dimension, and whether they lie side by side."""
    inner_first: list[int] = []
    for dim in sorted((d for d in dims if x.shape[d] != 1), reverse=True):
        at = len(inner_first)
        for before in range(at - 1, -1, -1):
            steps = x.strides[inner_first[before]], x.strides[dim]
            if 0 in steps:
                continue
            if steps[0] < steps[1]:
                break
            at = before
        inner_first.insert(at, dim)
    expected, lie_side_by_side = x.itemsize, True
    for dim in inner_first:
        lie_side_by_side = lie_side_by_side and x.strides[dim] == expected
        expected *= x.shape[dim]
    kept = [d for d in range(x.ndim) if d not in inner_first]
    count = math.prod(x.shape[d] for d in inner_first)
    laid = x.transpose(*kept, *reversed(inner_first))
    return laid.reshape(*laid.shape[: len(kept)], count), lie_side_by_side


def _squares_by_vectors(rows: Array) -> Array:
    width, lanes = rows.shape[-1], _VECTOR_BYTES // rows.itemsize
    whole = width - width % lanes
    sums = np.add.reduce((rows[..., :whole] * rows[..., :whole]).reshape(*rows.shape[:-1], -1, lanes), axis=-2)
    total: Array = np.add.accumulate(sums, axis=-1)[..., -1]
    fused = width - (width - whole) % _FEW
    for place in range(whole, width):
        x = rows[..., place]
        total = total + x * x if place < fused else plus_products(total, x, x)
    return total
