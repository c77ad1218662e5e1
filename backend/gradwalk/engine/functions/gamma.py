"""The gamma function and its kin on arrays, computed in double precision: logarithm, derivatives, zeta, incomplete."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..dtypes import Array
from .elementwise_float import elementwise, elementwise_of_two
from .registry import on_both

_STEPS = 12
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)
_EPSILON = 1e-16


def _lgamma(x: float) -> float:
    if math.isinf(x):
        return math.inf
    try:
        return math.lgamma(x)
    except ValueError:  # a pole
        return math.inf


_OF_DIGAMMA = (
    8.33333333333333333333e-2, -2.10927960927960927961e-2, 7.57575757575757575758e-3, -4.16666666666666666667e-3,
    3.96825396825396825397e-3, -8.33333333333333333333e-3, 8.33333333333333333333e-2,
)  # fmt: skip
_AT_10 = 2.25175258906672110764


def digamma_of(x: Any) -> Any:
    """By recurrence up to 10 and the asymptotic series from there, in the dtype of ``x`` as PyTorch does."""
    x = np.asarray(x)
    number = x.dtype.type
    with np.errstate(all="ignore"):
        below = x < 0
        y = np.where(below, 1 - x, x)
        total = np.zeros_like(y)
        for _ in range(10):
            small = y < 10
            total = np.where(small, total - 1 / y, total)
            y = np.where(small, y + 1, y)
        square = 1 / (y * y)
        series = np.zeros_like(y)
        for factor in _OF_DIGAMMA:
            series = series * square + number(factor)
        series = np.where(y < 1e17, square * series, 0)
        total = np.where(y == 10, total + number(_AT_10), total + np.log(y) - number(0.5) / y - series)
        turned = np.pi / np.tan(np.pi * np.fmod(x, 1).astype(np.float64))
        total = np.where(below, total - turned.astype(x.dtype), total)
    total = np.where(below & (x == np.trunc(x)), number(np.nan), total)
    return np.where(x == 0, np.copysign(number(np.inf), -x), total)


def trigamma_of(x: Any) -> Any:
    """By recurrence and a short asymptotic series, PyTorch's, whose error of 1e-10 shows in double precision."""
    x = np.asarray(x)
    number = x.dtype.type
    with np.errstate(all="ignore"):
        below = x < 0.5
        sine = np.sin(number(np.pi) * x)
        total = np.where(below, -(number(np.pi) * number(np.pi)) / (sine * sine), 0)
        y = np.where(below, 1 - x, x)
        for _ in range(6):
            total = total + 1 / (y * y)
            y = y + 1
        square = 1 / (y * y)
        series = number(1 / 6) - square * (number(1 / 30) - square * number(1 / 42))
        total = total + (1 + 1 / (2 * y) + square * series) / y
    return np.where(below, -total, total).astype(x.dtype)


def _zeta(s: float, q: float) -> float:
    """Hurwitz's zeta function by Euler and Maclaurin; at negative ``q`` only where ``s`` is an integer."""
    if math.isnan(s) or math.isnan(q) or s < 1:
        return math.nan
    if s == 1:
        return math.inf
    if q <= 0:
        if math.isinf(q) or q == math.floor(q):
            return math.inf
        if s != math.floor(s):
            return math.nan
    if math.isinf(q) or math.isinf(s):
        return 0.0 if math.isinf(q) or q > 1 else 1.0 if q == 1 else math.inf
    total, a = 0.0, q
    for step in range(_STEPS + max(0, math.ceil(-q))):
        term = _power(a, -s)
        total += term
        a = q + step + 1
        if abs(term) < _EPSILON * abs(total) and a > 0:
            return total
    total += _power(a, 1 - s) / (s - 1) + 0.5 * _power(a, -s)
    factor = s * _power(a, -s - 1)
    for k, b in enumerate(_BERNOULLI, 1):
        total += b / math.factorial(2 * k) * factor
        factor *= (s + 2 * k - 1) * (s + 2 * k) / (a * a)
    return total


def _power(x: float, y: float) -> float:
    try:
        return math.pow(x, y)
    except OverflowError:
        return -math.inf if x < 0 and y % 2 else math.inf


def polygamma_of(x: Array, n: int) -> Any:
    """The n-th derivative of digamma."""
    if n < 0:
        raise RuntimeError("polygamma(n, x) does not support negative n.")
    if n < 2:
        return trigamma_of(x) if n else digamma_of(x)
    sign = -1.0 if n % 2 == 0 else 1.0
    factorial = math.exp(math.lgamma(n + 1.0))
    return elementwise(lambda v: sign * factorial * _zeta(n + 1.0, v))(x)


def mvlgamma_of(x: Array, p: int) -> Any:
    """The logarithm of the multivariate gamma function of ``p`` dimensions."""
    halves = np.arange(-p / 2 + 0.5, 0.5, 0.5)
    total: Any = lgamma(x.astype(np.float64)[..., None] + halves).sum(-1) + p * (p - 1) / 4 * math.log(math.pi)
    return total.astype(x.dtype)


def _lower_series(a: float, x: float) -> float:
    """The regularised lower incomplete gamma function by its power series, for ``x`` below ``a``."""
    term = total = 1 / a
    n = a
    while abs(term) > abs(total) * _EPSILON:
        n += 1
        term *= x / n
        total += term
    return total * math.exp(a * math.log(x) - x - math.lgamma(a))


def _upper_fraction(a: float, x: float) -> float:
    """The regularised upper incomplete gamma function by its continued fraction (Lentz), for ``x`` above ``a``."""
    tiny = 1e-300
    b = x + 1 - a
    c, d = 1 / tiny, 1 / (b or tiny)
    product = d
    for i in range(1, 10_000):
        numerator = -i * (i - a)
        b += 2
        d = 1 / ((numerator * d + b) or tiny)
        c = (b + numerator / c) or tiny
        product *= c * d
        if abs(c * d - 1) < _EPSILON * 10:
            break
    return product * math.exp(a * math.log(x) - x - math.lgamma(a))


def _incomplete(a: float, x: float, upper: bool) -> float:
    if math.isnan(a) or math.isnan(x) or a < 0 or x < 0:
        return math.nan
    lower: float | None = None
    if a == 0:
        lower = 1.0 if x > 0 else math.nan
    elif x == 0:
        lower = 0.0
    elif math.isinf(a):
        lower = math.nan if math.isinf(x) else 0.0
    elif math.isinf(x):
        lower = 1.0
    elif x < a + 1:
        lower = _lower_series(a, x)
    if lower is not None:
        return 1 - lower if upper else lower
    rest = _upper_fraction(a, x)
    return rest if upper else 1 - rest


lgamma = on_both("lgamma", elementwise(_lgamma))
digamma = on_both("digamma", digamma_of)
polygamma = on_both("polygamma", polygamma_of)
mvlgamma = on_both("mvlgamma", mvlgamma_of)
zeta = on_both("special_zeta", elementwise_of_two(_zeta))
igamma = on_both("igamma", elementwise_of_two(lambda a, x: _incomplete(a, x, False)))
igammac = on_both("igammac", elementwise_of_two(lambda a, x: _incomplete(a, x, True)))
