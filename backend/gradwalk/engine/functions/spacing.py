"""Numbers at even distances, rounded where PyTorch's loops round."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import Array


def evenly_spaced(first: Any, last: Any, steps: int) -> Array:
    """``steps`` (at least 2) floats from ``first`` to ``last``, scalars of the dtype that they get: from both ends
    towards the middle, so that both ends are exact."""
    kind = first.dtype
    if kind.itemsize == 2:
        return _of_halves(first, last, steps)
    # Products are added without rounding between, as PyTorch's fused instruction does it.
    wide = np.longdouble if kind.itemsize == 8 else np.float64
    width = wide((last - first) / kind.type(steps - 1))
    position = np.arange(steps)
    up = first + width * position
    down = last - width * (steps - 1 - position)
    array: Array = np.where(position < steps // 2, up, down).astype(kind)
    return array


def _of_halves(first: Any, last: Any, steps: int) -> Array:
    """The same in 16 bits, which each step of it rounds to."""
    kind = first.dtype

    def rounded(x: Any) -> Array:
        return np.asarray(x).astype(kind).astype(np.float32)

    one, other = first.astype(np.float32), last.astype(np.float32)
    width = rounded(rounded(other - one) / rounded(steps - 1))
    position = np.arange(steps)
    up = one + rounded(width * rounded(position))
    down = other - rounded(width * rounded(steps - 1 - position))
    array: Array = np.where(position < steps // 2, up, down).astype(kind)
    return array
