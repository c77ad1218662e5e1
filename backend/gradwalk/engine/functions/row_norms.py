"""Rows less their mean, over their spread, and what that passes back, to the last bit as PyTorch's kernels have them
(ATen's ``moments_utils.h`` and ``layer_norm_kernel.cpp``); ``csrc/row_norms.c`` says the same in C.

Rows are the last dimension of two. Numbers are float32 or float64.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ..core import CORE
from ..dtypes import Array
from ..fused import plus_products
from .row_sums import sums_of_products, sums_of_rows

_VECTOR_BYTES = 32
_CHUNK = 16
"""Vectors that are taken in one after another; what they come to is put together in a binary tree."""


def as_rows(x: Array, first: int) -> Array:
    """An array as a matrix: its dimensions from ``first`` on are a row, those before count rows."""
    return np.ascontiguousarray(x).reshape(math.prod(x.shape[:first]), -1)


class _Moments(NamedTuple):
    """Of so many numbers in each place: their mean, and the sum of their squared deviations from it."""

    size: int
    mean: Array
    squares: Array


def moments_of_rows(x: Array) -> tuple[Array, Array]:
    """The mean of each row and its mean squared deviation, as columns."""
    width, lanes = x.shape[1], _VECTOR_BYTES // x.itemsize
    vectors = width // lanes
    chunks = [
        _of_vectors(x[:, start * lanes : min(start + _CHUNK, vectors) * lanes].reshape(len(x), -1, lanes))
        for start in range(0, vectors, _CHUNK)
    ]
    whole = _of_numbers(x[:, vectors * lanes :])
    if chunks:
        of_lanes = _put_together(chunks)
        for lane in range(lanes):
            mean, squares = of_lanes.mean[:, lane], of_lanes.squares[:, lane]
            whole = _with_a_lane(whole, _Moments(of_lanes.size, mean, squares))
    return whole.mean[:, np.newaxis], (whole.squares / x.dtype.type(width))[:, np.newaxis]


def _nothing(shape: tuple[int, ...], dtype: Any) -> _Moments:
    return _Moments(0, np.zeros(shape, dtype), np.zeros(shape, dtype))


def _of_vectors(x: Array) -> _Moments:
    """Of each place in vectors, one after another (Welford's algorithm)."""
    kind = x.dtype.type
    _, mean, squares = _nothing((len(x), x.shape[2]), x.dtype)
    for place in range(x.shape[1]):
        deviation = x[:, place] - mean
        mean = plus_products(mean, deviation, kind(1) / kind(place + 1))
        squares = plus_products(squares, deviation, x[:, place] - mean)
    return _Moments(x.shape[1], mean, squares)


def _of_numbers(x: Array) -> _Moments:
    """The same of what is left of rows, number by number; here no product is rounded with its sum."""
    _, mean, squares = _nothing((len(x),), x.dtype)
    for place in range(x.shape[1]):
        deviation = x[:, place] - mean
        mean = mean + deviation / x.dtype.type(place + 1)
        squares = squares + deviation * (x[:, place] - mean)
    return _Moments(x.shape[1], mean, squares)


def _put_together(chunks: list[_Moments]) -> _Moments:
    """Chunks by twos, as a binary counter goes; what is left of each level goes to the lowest at last."""
    depth = max(1, (len(chunks) - 1).bit_length())
    nothing = _nothing(chunks[0].mean.shape, chunks[0].mean.dtype)
    levels = [nothing] * depth
    for number, chunk in enumerate(chunks, 1):
        levels[0] = _with_vectors(levels[0], chunk)
        level = 1
        while level < depth and number % 2**level == 0:
            levels[level] = _with_vectors(levels[level], levels[level - 1])
            levels[level - 1] = nothing
            level += 1
    for left in levels[1:]:
        levels[0] = _with_vectors(levels[0], left)
    return levels[0]


def _with_vectors(a: _Moments, b: _Moments) -> _Moments:
    count = a.size + b.size
    kind = a.mean.dtype.type
    difference = b.mean - a.mean
    step = kind(b.size / count if count else 0) * difference
    squares = plus_products(a.squares + b.squares, difference * kind(a.size), step)
    return _Moments(count, a.mean + step, squares)


def _with_a_lane(a: _Moments, b: _Moments) -> _Moments:
    """The same, of one place, in which the products are rounded with other sums."""
    count = a.size + b.size
    kind = a.mean.dtype.type
    share = kind(b.size) / kind(count)
    difference = b.mean - a.mean
    between = plus_products(b.squares, difference * difference * share, kind(a.size))
    return _Moments(count, plus_products(a.mean, difference, share), a.squares + between)


def normalized_rows(x: Array, weight: Array | None, bias: Array | None, eps: float) -> tuple[Array, Array, Array]:
    """Rows of mean 0 and variance 1, scaled and shifted; the means, and one over the spreads, as columns."""
    if CORE is not None and (found := CORE.normalized_rows(x, weight, bias, eps)) is not None:
        fast: tuple[Array, Array, Array] = found
        return fast
    mean, variance = moments_of_rows(x)
    inverse = 1 / np.sqrt(variance + x.dtype.type(eps))
    shift = x.dtype.type(0) if bias is None else bias  # added all the same: it makes 0 of -0
    factors = (x - mean, inverse) if weight is None else ((x - mean) * inverse, weight)
    return plus_products(shift, *factors), mean, inverse


def cotangents_of_rows(grad: Array, x: Array, mean: Array, inverse: Array, weight: Array | None) -> Array:
    """The cotangents of rows that were normalised: those that are all the same give zero, not roundings."""
    if CORE is not None and (fast := CORE.cotangents_of_rows(grad, x, mean, inverse, weight)) is not None:
        return np.asarray(fast)
    share = x.dtype.type(1) / x.dtype.type(x.shape[1])
    if weight is None:
        along, total = sums_of_products(grad, x), sums_of_rows(grad)
    else:
        factors = np.broadcast_to(weight, x.shape)
        along, total = sums_of_products(grad * x, factors), sums_of_products(grad, factors)
    slope = plus_products(-along, total, mean) * inverse * inverse * inverse * share
    shift = plus_products(-(total * inverse * share), -slope, mean)
    direct = inverse * grad if weight is None else inverse * grad * weight
    found: Array = plus_products(direct, slope, x) + shift
    return found


def cotangent_of_scale(grad: Array, x: Array, mean: Array, inverse: Array) -> Array:
    """What the scale gets of rows, one after another."""
    if CORE is not None and (fast := CORE.cotangent_of_scale(grad, x, mean, inverse)) is not None:
        return np.asarray(fast)
    units = plus_products(-inverse * mean, inverse, x)
    total: Array = np.zeros(x.shape[1], x.dtype)
    for of_row, unit in zip(grad, units, strict=True):
        total = plus_products(total, of_row, unit)
    return total
