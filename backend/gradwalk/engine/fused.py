"""Products and sums rounded once, as PyTorch's kernels make them with fused multiply-adds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .core import CORE
from .dtypes import Array

_fma: Any
if CORE is None:
    from .vector_math import fma as _fma
else:
    _fma = CORE.elementary["fma"]

_SPLITTER = 2.0**27 + 1
"""Cuts a double into two halves whose products are exact."""
_LEAST, _MOST = 2.0**-960, 2.0**990
"""Between them no part of a product is too small or too large for a double."""


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
    with np.errstate(all="ignore"):
        product, lost = _exact_product(x, y)
        total, rest = _exact_sum(product, summand)
        found = total + _sum_to_odd(rest, lost)
        largest = np.maximum(np.maximum(np.abs(product), np.abs(summand)), np.maximum(np.abs(x), np.abs(y)))
        is_usual = (np.abs(product) > _LEAST) & (largest < _MOST)
        if is_usual.all():
            return found
        are_finite = np.isfinite(x) & np.isfinite(y)
        plain = np.where(are_finite & np.isinf(summand), summand, product + summand)
        is_left = ~is_usual & are_finite & np.isfinite(summand) & (x != 0) & (y != 0)
        found = np.where(is_usual, found, plain)
        if is_left.any():
            given = (np.broadcast_to(part, found.shape)[is_left].tolist() for part in (x, y, summand))
            found[is_left] = [_rounded_once(*each) for each in zip(*given)]
        return found


def _rounded_once(x: float, y: float, summand: float) -> float:
    """``x * y + summand`` as a fraction, and then rounded: what is too large or too small to be cut in halves."""
    from fractions import Fraction  # which takes a while to load, for what hardly ever happens

    exact = Fraction(x) * Fraction(y) + Fraction(summand)
    try:
        return float(exact) if exact else x * y + summand
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


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


def _sum_to_odd(x: Array, y: Array) -> Any:
    """The sum rounded to odd where it is not exact, which no further rounding takes for another number."""
    total, lost = _exact_sum(x, y)
    is_even = np.asarray(total).view(np.int64) & 1 == 0
    return np.where((lost != 0) & is_even, np.nextafter(total, np.copysign(np.inf, lost)), total)


def _exact_sum(x: Array, y: Array) -> tuple[Array, Array]:
    """The rounded sum and what rounding took from it (Knuth's algorithm)."""
    total = x + y
    virtual = total - x
    return total, (x - (total - virtual)) + (y - virtual)
