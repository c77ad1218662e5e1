"""Bessel and Airy functions on arrays, in double precision, from the integrals that define them.

The trapezoidal rule on a periodic or fast decaying analytic integrand converges exponentially, so that a few dozen
points give all digits; far out the asymptotic series takes over.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..dtypes import Array
from .elementwise_float import in_double
from .registry import on_both

_FAR = 30.0
_POINTS = 160
_ANGLES = 2 * np.pi * (np.arange(_POINTS) + 0.5) / _POINTS
_EULER = 0.5772156649015329


def _hankel(order: float, x: Array, sign: float) -> tuple[Array, Array]:
    """The two halves, even and odd, of the asymptotic series in ``1 / x``; ``sign`` alternates it or not."""
    term = np.ones_like(x)
    halves = [np.ones_like(x), np.zeros_like(x)]
    for k in range(1, 24):
        term = term * (4 * order * order - (2 * k - 1) ** 2) / (k * 8 * x)
        halves[k % 2] = halves[k % 2] + term * (sign ** (k // 2))
    return halves[0], halves[1]


def _first_kind(orders: Array, x: Array) -> Any:
    """J of integer orders at moderate ``x``: the mean of ``cos(n t - x sin t)``; shape (orders, x)."""
    rows = np.cos(np.outer(orders, _ANGLES)), np.sin(np.outer(orders, _ANGLES))
    waves = np.outer(np.sin(_ANGLES), x)
    return (rows[0] @ np.cos(waves) + rows[1] @ np.sin(waves)) / _POINTS


def _bessel_j(order: int, x: Array) -> Any:
    size = np.abs(x)
    near = _first_kind(np.array([order]), np.minimum(size, _FAR))[0]
    far = np.maximum(size, _FAR)
    even, odd = _hankel(order, far, -1)
    angle = far - (order / 2 + 0.25) * np.pi
    wave = np.sqrt(2 / (np.pi * far)) * (np.cos(angle) * even - np.sin(angle) * odd)
    found = np.where(size <= _FAR, near, np.where(np.isinf(size), 0, wave))
    return np.where(x == 0, 0, found * np.sign(x)) if order % 2 else found


def _bessel_y(order: int, x: Array) -> Any:
    """By Neumann's series over the J of higher orders near, by the asymptotic series far out."""
    small = np.clip(x, 1e-300, _FAR)
    k = np.arange(1, 40)
    weights = (-1.0) ** k * (2 * k + order) / (k * (k + order))
    js = _first_kind(np.concatenate([[0, order], 2 * k + order]), small)
    near = 2 / np.pi * ((np.log(small / 2) + _EULER - order) * js[1] - weights @ js[2:])
    if order == 1:
        near = near - 2 / (np.pi * small) * js[0]
    far = np.maximum(x, _FAR)
    even, odd = _hankel(order, far, -1)
    angle = far - (order / 2 + 0.25) * np.pi
    wave = np.sqrt(2 / (np.pi * far)) * (np.sin(angle) * even + np.cos(angle) * odd)
    found = np.where(x <= _FAR, near, np.where(np.isinf(x), 0, wave))
    return np.where(x > 0, found, np.where(x == 0, -np.inf, np.nan))


def _scaled_i(order: int, x: Array) -> Any:
    """``exp(-|x|)`` times the modified Bessel function of the first kind."""
    size = np.abs(x)
    near = np.minimum(size, _FAR)
    waves = np.exp(np.outer(np.cos(_ANGLES) - 1, near))
    even, odd = _hankel(order, np.maximum(size, _FAR), 1)
    far = (even - odd) / np.sqrt(2 * np.pi * np.maximum(size, _FAR))
    found = np.where(size <= _FAR, np.cos(order * _ANGLES) @ waves / _POINTS, far)
    if order:  # the sum cancels near 0, where the power series is short
        found = np.where(size < 1, _series_of_i1(np.minimum(size, 1)), found) * np.sign(x)
    return found


def _series_of_i1(size: Array) -> Any:
    term = total = size / 2
    for k in range(1, 14):
        term = term * size * size / (4 * k * (k + 1))
        total = total + term
    return total * np.exp(-size)


def _scaled_k(order: float, x: Array) -> Any:
    """``exp(x)`` times the modified Bessel function of the second kind: the integral over ``cosh``."""
    safe = np.clip(x, 1e-9, _FAR)
    steps = np.arange(0, 220) * 0.15
    weights = np.where(steps == 0, 0.5, 1.0) * 0.15 * np.cosh(order * steps)
    with np.errstate(over="ignore"):
        waves = np.exp(-np.outer(np.cosh(steps) - 1, safe))
    far = np.maximum(x, _FAR)
    even, odd = _hankel(order, far, 1)
    found = np.where(x <= _FAR, weights @ waves, np.sqrt(np.pi / (2 * far)) * (even + odd))
    near = x < 1e-9
    limit = -np.log(np.where(near & (x > 0), x, 1) / 2) - _EULER if order == 0 else 1 / np.where(x > 0, x, 1)
    found = np.where(near, limit, found)
    return np.where(x > 0, found, np.where(x == 0, np.inf, np.nan))


def _airy(x: Array) -> Any:
    """Ai: through K of order 1/3 to the right, by its power series about 0, by the asymptotic series to the left."""
    right = np.clip(x, 1.0, None)
    argument = 2 / 3 * right**1.5
    decaying = np.sqrt(right / 3) / np.pi * _scaled_k(1 / 3, argument) * np.exp(-argument)
    left = np.clip(-x, 7.5, None)
    angle = 2 / 3 * left**1.5
    even, odd = _hankel(1 / 3, angle, -1)
    shifted = angle - np.pi / 4
    waving = (np.cos(shifted) * even - np.sin(shifted) * odd) / (np.sqrt(np.pi) * left**0.25)
    found = np.where(x >= 1, decaying, np.where(x <= -7.5, waving, _airy_series(np.clip(x, -7.5, 1))))
    return np.where(np.isnan(x) | np.isinf(x), np.nan, found)


def _airy_series(x: Array) -> Any:
    """In extended precision, since the terms cancel."""
    z: Any = x.astype(np.longdouble)
    cube = z * z * z
    first, second = np.ones_like(z), z.copy()
    one, two = first.copy(), second.copy()
    for k in range(1, 60):
        first = first * cube / ((3 * k - 1) * (3 * k))
        second = second * cube / ((3 * k) * (3 * k + 1))
        one, two = one + first, two + second
    at_zero = np.longdouble(1) / (np.longdouble(3) ** (np.longdouble(2) / 3) * math.gamma(2 / 3))
    slope = np.longdouble(1) / (np.longdouble(3) ** (np.longdouble(1) / 3) * math.gamma(1 / 3))
    return (at_zero * one - slope * two).astype(np.float64)


def _spherical_j0(x: Array) -> Any:
    near = np.abs(x) < 1e-4
    value = np.where(near, 1 - x * x / 6, np.sin(x) / np.where(near, 1, x))
    return np.where(np.isinf(x), 0, value)


i0e = on_both("special_i0e", in_double(lambda x: _scaled_i(0, x)))
i1e = on_both("special_i1e", in_double(lambda x: _scaled_i(1, x)))
i0 = on_both("i0", in_double(lambda x: _scaled_i(0, x) * np.exp(np.abs(x))))
i1 = on_both("special_i1", in_double(lambda x: _scaled_i(1, x) * np.exp(np.abs(x))))
WITHOUT_SLOPES = {
    "airy_ai": in_double(_airy),
    "bessel_j0": in_double(lambda x: _bessel_j(0, x)),
    "bessel_j1": in_double(lambda x: _bessel_j(1, x)),
    "bessel_y0": in_double(lambda x: _bessel_y(0, x)),
    "bessel_y1": in_double(lambda x: _bessel_y(1, x)),
    "modified_bessel_i0": i0,
    "modified_bessel_i1": i1,
    "modified_bessel_k0": in_double(lambda x: _scaled_k(0, x) * np.exp(-x)),
    "modified_bessel_k1": in_double(lambda x: _scaled_k(1, x) * np.exp(-x)),
    "scaled_modified_bessel_k0": in_double(lambda x: _scaled_k(0, x)),
    "scaled_modified_bessel_k1": in_double(lambda x: _scaled_k(1, x)),
    "spherical_bessel_j0": in_double(_spherical_j0),
}
"""By PyTorch's name: those through which it lets no gradient."""
