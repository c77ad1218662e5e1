"""Resizing: for every dimension the matrix that takes old places to new ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from ..dtypes import Array
from .separable import Dtype, Matrices


def resize_matrices(
    sizes: Sequence[int],
    dtype: Dtype,
    output_size: Sequence[int],
    mode: str,
    align_corners: bool,
    *scales: float | None,
) -> Matrices:
    """The maps of resizing."""
    inputs = sizes[-len(output_size) :]
    make = _filtered if mode.startswith("antialiased") else _resized
    return tuple(
        make(n, out, mode, align_corners, scale, dtype)
        for n, out, scale in zip(inputs, output_size, scales, strict=True)
    )


def _ratio(size: int, out: int, align_corners: bool, scale: float | None, dtype: Dtype) -> float:
    """How many old places a new one is wide, in the precision in which PyTorch then goes on."""
    kind = np.float64 if dtype == np.float64 else np.float32
    if align_corners:
        return kind(size - 1) / kind(out - 1) if out > 1 else kind(0)  # type: ignore[return-value]
    return kind(1 / scale) if scale else kind(size) / kind(out)  # type: ignore[return-value]


@cache
def _resized(size: int, out: int, mode: str, align_corners: bool, scale: float | None, dtype: Dtype) -> Array:
    matrix = np.zeros((out, size))
    ratio = _ratio(size, out, align_corners, scale, dtype)
    for row, weights in enumerate(matrix):
        if mode == "nearest":
            weights[min(math.floor(row * ratio), size - 1)] = 1
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
            for offset, weight in zip(range(-1, 3), cubic_weights(place - low), strict=True):
                weights[min(max(low + offset, 0), size - 1)] += weight
    return matrix


def cubic_weights(t: float, a: float = -0.75) -> list[float]:
    """The weights of the four places around one that lies ``t`` after the second."""
    return [_cubic(1 + t, a), _cubic(t, a), _cubic(1 - t, a), _cubic(2 - t, a)]


def _cubic(x: float, a: float) -> float:
    """Keys' kernel at a distance of ``x``."""
    if x <= 1:
        return ((a + 2) * x - (a + 3)) * x * x + 1
    return (((x - 5) * x + 8) * x - 4) * a if x < 2 else 0.0


_FILTERS: dict[str, tuple[Callable[[float], float], float]] = {
    "antialiased-linear": (lambda x: max(1 - x, 0.0), 1.0),
    "antialiased-cubic": (lambda x: _cubic(x, -0.5), 2.0),
}
"""By mode: the kernel at a distance, and how far it reaches."""


@cache
def _filtered(size: int, out: int, mode: str, align_corners: bool, scale: float | None, dtype: Dtype) -> Array:
    """Resizing that averages over all old places which a new one covers."""
    kernel, reach = _FILTERS[mode]
    matrix = np.zeros((out, size))
    ratio = _ratio(size, out, align_corners, scale, dtype)
    support = reach * max(ratio, 1.0)
    shrink = 1 / ratio if ratio >= 1.0 else 1.0
    for row, weights in enumerate(matrix):
        centre = ratio * (row + 0.5)
        start = max(int(centre - support + 0.5), 0)
        end = min(int(centre + support + 0.5), size)
        found = [kernel(abs((place - centre + 0.5) * shrink)) for place in range(start, end)]
        total = sum(found)
        weights[start:end] = [each / total for each in found] if total else found
    return matrix
