"""Products and sums rounded once, as PyTorch's kernels make them with fused multiply-adds."""

from __future__ import annotations

from typing import Any

import numpy as np

from .core import CORE
from .dtypes import Array
from .vector_math import fma

_fma: Any = fma if CORE is None else CORE.elementary["fma"]

_SPLITTER = 2.0**27 + 1
"""Cuts a double into two halves whose products are exact."""


def multiply_add(x: Array, factor: float, summand: Any) -> Array:
    """``x * factor + summand``, rounded to the dtype of ``x`` once."""
    if x.dtype != np.float64:
        kind = np.float32 if x.dtype.itemsize < 4 else x.dtype.type
        wide = x.astype(np.float64) * float(kind(factor)) + np.asarray(summand, kind).astype(np.float64)
        return wide.astype(x.dtype)
    product, lost = _exact_product(x, float(factor))
    total, rest = _exact_sum(product, np.asarray(summand, np.float64))
    found: Array = total + (rest + lost)
    return found


def plus_product(summand: Any, x: Any, factor: Any) -> Any:
    """``summand + x * factor``, in float32 rounded once; double holds a product of two float32 exactly."""
    if CORE is not None and (found := CORE.plus_product(summand, x, factor)) is not None:
        return found
    if summand.dtype != np.float32 or getattr(x, "dtype", np.float64) != np.float32:
        if isinstance(x, np.ndarray | np.generic) or summand.dtype != np.float32:
            return summand + x * factor
        x = np.float32(x)
    if not isinstance(factor, np.ndarray):
        factor = np.float64(np.float32(factor))
    wide = np.multiply(x, factor, dtype=np.float64)
    return np.add(wide, summand, dtype=np.float64).astype(np.float32)


def plus_products(summand: Any, x: Any, y: Any) -> Any:
    """``summand + x * y`` of arrays, each number rounded once."""
    if x.dtype == np.float32:
        return _fma(x, y, summand)
    product, lost = _exact_product(x, y)
    total, rest = _exact_sum(product, summand)
    return total + (rest + lost)


def _exact_product(x: Array, y: Any) -> tuple[Array, Array]:
    """The rounded product and what rounding took from it (Dekker's algorithm)."""
    product = x * y
    (high_x, low_x), (high_y, low_y) = _halves(x), _halves(y)
    lost = low_x * low_y - (((product - high_x * high_y) - low_x * high_y) - high_x * low_y)
    return product, lost


def _halves(x: Any) -> tuple[Any, Any]:
    scaled = _SPLITTER * x
    high = scaled - (scaled - x)
    return high, x - high


def _exact_sum(x: Array, y: Array) -> tuple[Array, Array]:
    """The rounded sum and what rounding took from it (Knuth's algorithm)."""
    total = x + y
    virtual = total - x
    return total, (x - (total - virtual)) + (y - virtual)
