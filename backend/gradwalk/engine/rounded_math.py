"""Elementary functions of float32 that PyTorch leaves to MKL, whose results are nearly always the nearest numbers:
some for all numbers, some only where MKL's steps are others than usual (:mod:`~gradwalk.engine.vml_math`).

They are computed in double, and rounding that gives the nearest float32 but for one number in some ten thousands. The
series are Taylor's; ``csrc/rounded.h`` says the same in C, operation for operation, so that both give the same bits.
What MKL does otherwise depends on the processor: on AMD's, hardly any numbers differ in ``log2`` and ``log10``.

All take arrays of float32 and give new ones; nobody hears of divisions by zero and the like, as in PyTorch.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .dtypes import Array
from .vector_math import quietly

D = np.float64
_PER_LN2, _PER_LN10, _LN2 = D(1.4426950408889634), D(0.4342944819032518), D(0.6931471805599453)
_LN2_PARTS = D(float.fromhex("0x1.62e42feep-1")), D(float.fromhex("0x1.a39ef35793c76p-33"))
"""The first has so many zeros at its end that whole numbers times it are exact."""
_QUARTER_PARTS = D(float.fromhex("0x1.921fb544p+0")), D(float.fromhex("0x1.0b4611a626331p-34"))
"""Of half of pi, likewise."""
_FAR_ANGLE = 1e5
_LOWEST = 0x3FE6A09E00000000
"""The bits of a root of one half: mantissas lie between there and its double."""


def _series(x: Any, *coefficients: float) -> Any:
    """Horner's scheme, from the highest power down."""
    total: Any = D(coefficients[0])
    for coefficient in coefficients[1:]:
        total = total * x + D(coefficient)
    return total


def _exp(x: Any) -> Any:
    """Of doubles from -110 to 90."""
    times = np.rint(x * _PER_LN2)
    rest = (x - times * _LN2_PARTS[0]) - times * _LN2_PARTS[1]
    total = _series(rest, *(1 / math.factorial(k) for k in range(10, -1, -1)))
    whole = np.where(np.isnan(times), 0, times).astype(np.int64)
    return total * ((whole + 1023) << 52).view(D)


def _log(x: Array) -> Any:
    """The double that is nearly the logarithm of a float32."""
    bits = x.astype(D).view(np.int64) + (0x3FF0000000000000 - _LOWEST)
    times = (bits >> 52).astype(D) - 1023
    less = ((bits & 0x000FFFFFFFFFFFFF) + _LOWEST).view(D) - 1
    ratio = less / (2 + less)
    series = _series(ratio * ratio, *(1 / k for k in range(17, 0, -2)))
    found = times * _LN2 + 2 * ratio * series
    found = np.where(x < np.inf, found, x)
    return np.where(x == 0, -np.inf, np.where(x >= 0, found, np.nan))


@quietly
def exp(x: Array) -> Array:
    """e to the power of x."""
    return _exp(np.clip(x, -110, 90).astype(D)).astype(np.float32)  # type: ignore[no-any-return]


@quietly
def log(x: Array) -> Array:
    """The natural logarithm."""
    return _log(x).astype(np.float32)  # type: ignore[no-any-return]


@quietly
def log2(x: Array) -> Array:
    """The logarithm to base 2."""
    return (_log(x) * _PER_LN2).astype(np.float32)  # type: ignore[no-any-return]


@quietly
def log10(x: Array) -> Array:
    """The logarithm to base 10."""
    return (_log(x) * _PER_LN10).astype(np.float32)  # type: ignore[no-any-return]


def _wave(x: Array, quarters: int) -> Array:
    """A sine, or further on by so many quarters of a turn."""
    wide = x.astype(D)
    times = np.rint(wide * (2 / math.pi))
    rest = (wide - times * _QUARTER_PARTS[0]) - times * _QUARTER_PARTS[1]
    square = rest * rest
    signs = [(-1) ** k for k in range(8)]
    sine = _series(square, *(signs[k] / math.factorial(2 * k + 1) for k in range(6, 0, -1)))
    sine = rest + rest * square * sine
    cosine = _series(square, *(signs[k] / math.factorial(2 * k) for k in range(7, 0, -1)))
    cosine = 1 + square * cosine
    place = np.where(np.abs(wide) < _FAR_ANGLE, times, 0).astype(np.int64) + quarters
    found = np.where(place & 1, cosine, sine)
    return np.where(place & 2, -found, found).astype(np.float32)  # type: ignore[no-any-return]


@quietly
def sin(x: Array) -> Array:
    """The sine of an angle; of one that is far, numpy's in double."""
    near = np.where(x == 0, x, _wave(x, 0))
    return np.where(np.abs(x) < _FAR_ANGLE, near, np.sin(x.astype(D)).astype(np.float32))


@quietly
def cos(x: Array) -> Array:
    """The cosine of an angle; of one that is far, numpy's in double."""
    return np.where(np.abs(x) < _FAR_ANGLE, _wave(x, 1), np.cos(x.astype(D)).astype(np.float32))
