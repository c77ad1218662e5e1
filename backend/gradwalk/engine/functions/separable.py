"""Linear maps that work on each dimension for itself: averages of windows, and resizing.

Each is a matrix for every dimension, and its cotangent the transposed matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from ..dtypes import FLOATS, Array
from ..memory_format import canonical

Matrices = tuple[Array, ...]
Ints = Sequence[int]
Dtype = np.dtype[Any]


def separable(x: Array, matrices: Matrices) -> Array:
    """The last dimensions, each multiplied by its matrix (out, in)."""
    if x.dtype.kind not in FLOATS:  # PyTorch averages integers too, and cuts off what is behind the point
        return np.trunc(np.round(separable(x.astype(np.float64), matrices), 9)).astype(x.dtype)
    for axis, matrix in zip(range(-1, -len(matrices) - 1, -1), reversed(matrices), strict=True):
        moved = np.moveaxis(x, axis, -1)
        x = np.moveaxis(_times(moved, matrix.astype(x.dtype)), -1, axis)
    return canonical(x)


def _times(x: Array, matrix: Array) -> Array:
    """The last dimension, multiplied; what is not finite stays in the windows it is in."""
    if np.isfinite(x).all():
        product: Array = x @ matrix.T
        return product
    parts = ((weights, weights != 0) for weights in matrix)
    return np.stack([x[..., inside] @ weights[inside] for weights, inside in parts], -1)


def forward_of(matrices: Callable[..., Matrices]) -> Callable[..., Array]:
    """The op on arrays whose maps are ``matrices(sizes, dtype, *params)``."""
    return lambda x, *params: separable(x, matrices(x.shape, x.dtype, *params))


def backward_of(matrices: Callable[..., Matrices]) -> Callable[..., Array]:
    """The cotangent of :func:`forward_of`'s argument, whose sizes are the first of the params."""

    def backward(grad: Array, sizes: Ints, *params: Any) -> Array:
        return separable(grad, tuple(matrix.T for matrix in matrices(sizes, grad.dtype, *params)))

    return backward


def average_matrices(
    sizes: Ints, dtype: Dtype, kernel_size: Ints, stride: Ints, padding: Ints, ceil_mode: bool, count_include_pad: bool,
    divisor_override: int | None,
) -> Matrices:  # fmt: skip
    """The maps of an average over windows."""
    dims = len(kernel_size)
    steps = stride or kernel_size
    shares = [None] * dims if divisor_override is None else [*(1,) * (dims - 1), divisor_override]
    return tuple(
        _windows(*each, ceil_mode, count_include_pad, share)
        for *each, share in zip(sizes[-dims:], kernel_size, steps, padding, shares, strict=True)
    )


def pooled_size(size: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool) -> int:
    """How many windows fit."""
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    count = (room + (stride - 1 if ceil_mode else 0)) // stride + 1
    if ceil_mode and (count - 1) * stride >= size + padding:
        count -= 1
    return count


@cache
def _windows(
    size: int, kernel: int, stride: int, padding: int, ceil_mode: bool, padded: bool, divisor: float | None
) -> Array:
    matrix = np.zeros((pooled_size(size, kernel, stride, padding, 1, ceil_mode), size))
    for row, weights in enumerate(matrix):
        start = row * stride - padding
        end = min(start + kernel, size + padding)
        count = end - start
        start, end = max(start, 0), min(end, size)
        weights[start:end] = 1 / (divisor or (count if padded else end - start))
    return matrix


def adaptive_matrices(sizes: Ints, dtype: Dtype, output_size: Ints) -> Matrices:
    """The maps of an average over as many windows as are wanted."""
    return tuple(_adaptive(n, out) for n, out in zip(sizes[-len(output_size) :], output_size, strict=True))


@cache
def _adaptive(size: int, out: int) -> Array:
    matrix = np.zeros((out, size))
    for row, weights in enumerate(matrix):
        start, end = row * size // out, -(-(row + 1) * size // out)
        weights[start:end] = 1 / (end - start)
    return matrix
