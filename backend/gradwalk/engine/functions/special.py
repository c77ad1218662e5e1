"""The error function and its kin on arrays, computed in double precision; where what PyTorch rounds on the way shows in
the results of float32, it is rounded, too."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..dtypes import Array
from .elementwise_float import elementwise
from .registry import on_both

_ROOT_2 = math.sqrt(2)
_FRACTION_FROM = 8.0
"""From here on erfcx's continued fraction converges within a few steps."""


def _erfinv(y: float) -> float:
    """Winitzki's guess, made exact by Halley's method."""
    if not -1 < y < 1:
        return math.copysign(math.inf, y) if abs(y) == 1 else math.nan
    log = math.log1p(-y * y)
    half = 2 / (math.pi * 0.147) + log / 2
    x = math.copysign(math.sqrt(math.sqrt(half * half - log / 0.147) - half), y)
    for _ in range(4):
        error = (math.erf(x) - y) if abs(y) < 0.9 else math.copysign(1, y) * (1 - abs(y) - math.erfc(abs(x)))
        slope = 2 / math.sqrt(math.pi) * math.exp(-x * x)
        if slope == 0:
            break
        x -= error / (slope + x * error)
    return x


def _erfcx(x: float) -> float:
    """``exp(x ** 2) * erfc(x)``: as it is written where that is exact, by a continued fraction far out."""
    if x < -26.7:
        return math.inf
    if x < _FRACTION_FROM:
        return math.exp(x * x) * math.erfc(x)
    if math.isinf(x) or math.isnan(x):
        return 0.0 if x > 0 else x
    below = x
    for k in range(40, 0, -1):
        below = x + k / 2 / below
    return 1 / (math.sqrt(math.pi) * below)


def _log_ndtr(x: float) -> float:
    """The logarithm of the standard normal's distribution function, also where that is 0 in floating point."""
    if x < -1:
        return math.log(_erfcx(-x / _ROOT_2) / 2) - x * x / 2 if math.isfinite(x) else x
    return math.log1p(-math.erfc(x / _ROOT_2) / 2)


def _ndtri(p: float) -> float:
    """The quantile of the standard normal: Newton's method on the logarithm, which is concave."""
    if not 0 < p < 1:
        return -math.inf if p == 0 else math.inf if p == 1 else math.nan
    if p > 0.5:
        return -_ndtri(1 - p)
    wanted = math.log(p)
    x = -math.sqrt(-2 * wanted) if p < 0.1 else (p - 0.5) * math.sqrt(2 * math.pi)
    for _ in range(30):
        found = _log_ndtr(x)
        step = (found - wanted) * math.exp(found + x * x / 2) * math.sqrt(2 * math.pi)
        x -= step
        if abs(step) <= 1e-15 * abs(x):
            break
    return x


_erfc_of_doubles = elementwise(math.erfc)
_erfcx_of_doubles = elementwise(_erfcx)
_F = np.float32
_PER_ROOT_PI = _F(1 / math.sqrt(math.pi))


def _erfcx_in_float32(x: Array) -> Array:
    """PyTorch's polynomials take ``400 / (4 + |x|)``, and what is far out is a fraction in double precision."""
    with np.errstate(all="ignore"):
        place = _F(400) / (_F(4) + np.abs(x))
        near = _erfcx_of_doubles(400 / place.astype(np.float64) - 4).astype(_F)
        square = x * x
        wide = square.astype(np.float64)
        far = _PER_ROOT_PI * (wide * (wide + 4.5) + 2) / (x * (wide * (wide + 5) + 3.75))
        twice = _F(2) * np.exp(wide).astype(_F)
        below = np.where(x < _F(-26.7), _F(np.inf), np.where(x < _F(-6.1), twice, twice - near))
        found = np.where(x > 50, np.where(x > 5e7, _PER_ROOT_PI / x, far.astype(_F)), np.where(x >= 0, near, below))
    result: Array = np.where(x != x, x, found)
    return result


def _log_ndtr_in_float32(x: Array) -> Array:
    with np.errstate(all="ignore"):
        t = x * _F(math.sqrt(0.5))
        below = np.log((_erfcx_in_float32(-t) / _F(2)).astype(np.float64)).astype(_F) - t * t
        above = np.log1p(-_erfc_of_doubles(t).astype(np.float64) / 2).astype(_F)
    result: Array = np.where(x < -1, below, above)
    return result


def _by_dtype(in_float32: Callable[[Array], Array], otherwise: Callable[[Any], Array]) -> Callable[[Any], Array]:
    def over(x: Any) -> Array:
        x = np.asarray(x)
        return in_float32(x) if x.dtype == _F else otherwise(x)

    return over


erf = on_both("erf", elementwise(math.erf))
erfc = on_both("erfc", _erfc_of_doubles)
erfinv = on_both("erfinv", elementwise(_erfinv))
erfcx = on_both("special_erfcx", _by_dtype(_erfcx_in_float32, _erfcx_of_doubles))
log_ndtr = on_both("special_log_ndtr", _by_dtype(_log_ndtr_in_float32, elementwise(_log_ndtr)))
ndtri = on_both("special_ndtri", elementwise(_ndtri))
