"""Padding, as the places in a tensor that the padded one takes its numbers from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import Array
from ..layouts import as_images_lie, preserved
from ..op import OPS
from ..promotion import held
from ..tensor import Tensor
from .registry import function


def _around(widths: Sequence[int], ndim: int) -> list[tuple[int, int]]:
    pairs = [(widths[i], widths[i + 1]) for i in range(0, len(widths), 2)]
    return [(0, 0)] * (ndim - len(pairs)) + pairs[::-1]


def constant(x: Array, pad: Sequence[int], value: float) -> Array:
    """Wider by a constant; narrower where a width is negative."""
    pairs = _around(pad, x.ndim)
    inner = tuple(slice(max(-low, 0), n - max(-high, 0)) for (low, high), n in zip(pairs, x.shape, strict=True))
    grown = [(max(low, 0), max(high, 0)) for low, high in pairs]
    if not any(map(any, grown)):
        return preserved(x[inner])
    whole = np.pad(x[inner], grown, constant_values=held(float(value), x.dtype))
    return as_images_lie(x, np.ascontiguousarray(whole) if whole.ndim else whole)


@function
def unpadded(grad: Any, pad: Sequence[int]) -> Any:
    """The cotangent of what was padded with a constant: padded the other way."""
    back = tuple(-n for n in pad)
    return OPS["constant_pad_nd"](grad, pad=back) if isinstance(grad, Tensor) else constant(grad, back, 0)


def places(sizes: Sequence[int], padding: Sequence[int], mode: str) -> Array:
    """For each element of the padded tensor the number of the one it repeats; a negative width takes some away."""
    pairs = _around(padding, len(sizes))
    lines = [_line(n, low, high, mode) for n, (low, high) in zip(sizes, pairs, strict=True)]
    numbers = np.arange(int(np.prod(sizes))).reshape(tuple(sizes))
    return numbers[np.ix_(*lines)]


def _line(size: int, low: int, high: int, mode: str) -> Array:
    """:func:`places` of one dimension."""
    line = np.arange(-low, size + high)
    if mode == "replicate":
        return np.clip(line, 0, size - 1)
    line = np.abs(line)
    return np.where(line >= size, 2 * (size - 1) - line, line)


def repeat(x: Array, padding: Sequence[int], mode: str) -> Array:
    """Wider by its own elements."""
    return as_images_lie(x, x.reshape(-1)[places(x.shape, padding, mode)])


def repeat_back(grad: Array, x: Array, padding: Sequence[int], mode: str) -> Array:
    """What each element's repetitions got, added."""
    whole = np.zeros(x.size, grad.dtype)
    np.add.at(whole, places(x.shape, padding, mode).reshape(-1), grad.reshape(-1))
    return whole.reshape(x.shape)
