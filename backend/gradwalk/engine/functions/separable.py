"""Linear maps that work on each dimension for itself: averages of windows, and resizing.

Each is a matrix for every dimension, and its cotangent the transposed matrices.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from ..dtypes import Array
from ..op import OPS
from ..tensor import Tensor
from .registry import function

Matrices = tuple[Array, ...]


def separable(x: Array, matrices: Matrices) -> Array:
    """The last dimensions, each multiplied by its matrix (out, in)."""
    for axis, matrix in zip(range(-len(matrices), 0), matrices, strict=True):
        moved = np.moveaxis(x, axis, -1)
        x = np.moveaxis(moved @ matrix.T.astype(x.dtype), -1, axis)
    return np.ascontiguousarray(x)


@function
def map_each(x: Any, matrices: Matrices) -> Any:
    """:func:`separable` on arrays or tensors."""
    return OPS["separable"](x, matrices=matrices) if isinstance(x, Tensor) else separable(x, matrices)


@function
def map_back(grad: Any, matrices: Matrices) -> Any:
    """The cotangent of :func:`separable`'s argument."""
    return map_each(grad, tuple(matrix.T for matrix in matrices))


@function
def average_matrices(
    sizes: Sequence[int], kernel_size: Sequence[int], stride: Sequence[int], padding: Sequence[int], ceil_mode: bool,
    count_include_pad: bool, divisor_override: int | None,
) -> Matrices:  # fmt: skip
    """The maps of an average over windows."""
    dims = len(kernel_size)
    steps = stride or kernel_size
    share = None if divisor_override is None else divisor_override ** (1 / dims)
    return tuple(
        _windows(*each, ceil_mode, count_include_pad, share)
        for each in zip(sizes[-dims:], kernel_size, steps, padding, strict=True)
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


@function
def adaptive_matrices(sizes: Sequence[int], output_size: Sequence[int]) -> Matrices:
    """The maps of an average over as many windows as are wanted."""
    return tuple(_adaptive(n, out) for n, out in zip(sizes[-len(output_size) :], output_size, strict=True))


@cache
def _adaptive(size: int, out: int) -> Array:
    matrix = np.zeros((out, size))
    for row, weights in enumerate(matrix):
        start, end = row * size // out, -(-(row + 1) * size // out)
        weights[start:end] = 1 / (end - start)
    return matrix


@function
def resize_matrices(
    sizes: Sequence[int], output_size: Sequence[int], mode: str, align_corners: bool, scales: Sequence[float | None]
) -> Matrices:
    """The maps of resizing."""
    inputs = sizes[-len(output_size) :]
    return tuple(
        _resized(n, out, mode, align_corners, scale) for n, out, scale in zip(inputs, output_size, scales, strict=True)
    )


@cache
def _resized(size: int, out: int, mode: str, align_corners: bool, scale: float | None) -> Array:
    matrix = np.zeros((out, size))
    ratio = 1 / scale if scale else size / out
    if align_corners:
        ratio = (size - 1) / (out - 1) if out > 1 else 0.0
    for row, weights in enumerate(matrix):
        if mode == "nearest":
            weights[min(math.floor(np.float32(row) * np.float32(ratio)), size - 1)] = 1
            continue
        place = ratio * row if align_corners else ratio * (row + 0.5) - 0.5
        if mode == "nearest-exact":
            weights[min(math.floor((row + 0.5) * ratio), size - 1)] = 1
        elif mode == "linear":
            place = max(place, 0.0)
            low = min(int(place), size - 1)
            part = place - low
            weights[low] += 1 - part
            weights[min(low + 1, size - 1)] += part
        else:
            low = math.floor(place)
            for offset, weight in zip(range(-1, 3), _cubic(place - low), strict=True):
                weights[min(max(low + offset, 0), size - 1)] += weight
    return matrix


def _cubic(t: float) -> list[float]:
    a = -0.75

    def near(x: float) -> float:
        return ((a + 2) * x - (a + 3)) * x * x + 1

    def far(x: float) -> float:
        return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a

    return [far(t + 1), near(t), near(1 - t), far(2 - t)]
