"""Special functions: the error function, gamma and its kin, on arrays; computed in double precision."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..dtypes import Array
from .registry import on_both

_EULER_STEPS = 12
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)


def _elementwise(f: Callable[[float], float]) -> Callable[[Array], Array]:
    """A function of one float, over an array, in the array's dtype."""
    many = np.frompyfunc(f, 1, 1)

    def over(x: Any) -> Array:
        x = np.asarray(x)
        result: Array = np.asarray(many(x.astype(np.float64)), dtype=np.float64).astype(x.dtype)
        return result

    return over


def _lgamma(x: float) -> float:
    if math.isinf(x):
        return math.inf
    try:
        return math.lgamma(x)
    except ValueError:  # a pole
        return math.inf


def _digamma(x: float) -> float:
    """Recurrence up to where the asymptotic series holds; reflection for negative numbers."""
    if math.isnan(x) or x == math.inf:
        return x
    if x == 0:
        return -math.copysign(math.inf, x)
    if x < 0:
        if x == math.floor(x):
            return math.nan
        return _digamma(1 - x) - math.pi / math.tan(math.pi * x)
    total = 0.0
    while x < _EULER_STEPS:
        total -= 1 / x
        x += 1
    square = 1 / (x * x)
    series = sum(b / (2 * k) * square**k for k, b in enumerate(_BERNOULLI, 1))
    return total + math.log(x) - 0.5 / x - series


def _zeta(s: float, q: float) -> float:
    """Hurwitz's zeta function by Euler and Maclaurin, for s > 1 and q > 0."""
    total = sum(math.pow(q + k, -s) for k in range(_EULER_STEPS))
    a = q + _EULER_STEPS
    total += math.pow(a, 1 - s) / (s - 1) + 0.5 * math.pow(a, -s)
    factor = s * math.pow(a, -s - 1)
    for k, b in enumerate(_BERNOULLI, 1):
        total += b / math.factorial(2 * k) * factor
        factor *= (s + 2 * k - 1) * (s + 2 * k) / (a * a)
    return total


def _trigamma(x: float) -> float:
    if x > 0:
        return _zeta(2.0, x)
    if x == math.floor(x):
        return math.inf
    return (math.pi / math.sin(math.pi * x)) ** 2 - _trigamma(1 - x)


def _erfinv(y: float) -> float:
    """Winitzki's guess, made exact by Halley's method."""
    if not -1 < y < 1:
        return math.copysign(math.inf, y) if abs(y) == 1 else math.nan
    log = math.log1p(-y * y)
    half = 2 / (math.pi * 0.147) + log / 2
    x = math.copysign(math.sqrt(math.sqrt(half * half - log / 0.147) - half), y)
    for _ in range(4):
        error = (math.erf(x) - y) if abs(y) < 0.9 else math.copysign(1 - abs(y) - math.erfc(abs(x)), y)
        slope = 2 / math.sqrt(math.pi) * math.exp(-x * x)
        if slope == 0:
            break
        x -= error / (slope + x * error)
    return x


def _bessel(order: int) -> Callable[[float], float]:
    """The modified Bessel function of the first kind, by its power series."""

    def bessel(x: float) -> float:
        term = (x / 2) ** order / math.factorial(order)
        total, k = term, 0
        while abs(term) > 1e-17 * abs(total):
            k += 1
            term *= (x / 2) ** 2 / (k * (k + order))
            total += term
        return total

    return bessel


def polygamma_of(x: Array, n: int) -> Array:
    """The n-th derivative of digamma."""
    if n < 2:
        return _elementwise(_trigamma if n else _digamma)(x)
    sign = -1.0 if n % 2 == 0 else 1.0
    return _elementwise(lambda v: sign * math.factorial(n) * _zeta(n + 1.0, v))(x)


erf = on_both("erf", _elementwise(math.erf))
erfc = on_both("erfc", _elementwise(math.erfc))
erfinv = on_both("erfinv", _elementwise(_erfinv))
lgamma = on_both("lgamma", _elementwise(_lgamma))
digamma = on_both("digamma", _elementwise(_digamma))
polygamma = on_both("polygamma", polygamma_of)
i0 = on_both("i0", _elementwise(_bessel(0)))
i1 = on_both("special_i1", _elementwise(_bessel(1)))
