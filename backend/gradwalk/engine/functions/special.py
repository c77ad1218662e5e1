"""The error function and its kin on arrays, computed in double precision."""

from __future__ import annotations

import math

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


erf = on_both("erf", elementwise(math.erf))
erfc = on_both("erfc", elementwise(math.erfc))
erfinv = on_both("erfinv", elementwise(_erfinv))
erfcx = on_both("special_erfcx", elementwise(_erfcx))
log_ndtr = on_both("special_log_ndtr", elementwise(_log_ndtr))
ndtri = on_both("special_ndtri", elementwise(_ndtri))
