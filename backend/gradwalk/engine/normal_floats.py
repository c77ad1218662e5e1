"""Normal numbers out of uniform ones, rounded as PyTorch's vectorised kernel (AVX2, blocks of 16 floats) rounds them.

Logarithm, sine and cosine are the polynomials of the Cephes library in single precision, a product and the sum that
follows it rounded once, as a processor with fused multiplication and addition does it. All is computed in double
precision, where such products are exact, and rounded to single precision where the kernel rounds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .dtypes import Array


def _singles(*numbers: float) -> tuple[float, ...]:
    return tuple(float(np.float32(number)) for number in numbers)


_MANTISSA, _HALF, _EXPONENT_BIAS = np.int32(0x807FFFFF - 2**32), np.int32(0x3F000000), 0x7E
_LOGARITHM = _singles(
    7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
    2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
)  # fmt: skip
_OCTANT = _singles(-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8)
_COSINE = _singles(2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
_SINE = _singles(-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
_LN_2_LOW, _LN_2_HIGH, _SQRT_HALF, _OCTANTS, _TWO_PI = _singles(
    -2.12194440e-4, 0.693359375, 0.70710678, 1.27323954473516, 2 * np.pi
)


def box_muller(blocks: Array, half: int) -> Array:
    """Blocks along the last dimension, float32: cosines of the first ``half``, then their sines."""
    wide = blocks.astype(np.float64)
    radius = np.sqrt(_rounded(-2 * _logarithm(1 - wide[..., :half])))
    sine, cosine = _sine_and_cosine(_rounded(_TWO_PI * wide[..., half:]))
    radius = _rounded(radius)
    return np.concatenate([radius * cosine, radius * sine], axis=-1).astype(np.float32)


def _rounded(x: Array) -> Array:
    """To single precision, and back."""
    return x.astype(np.float32).astype(np.float64)


def _polynomial(coefficients: Sequence[float], x: Array) -> Array:
    total = _rounded(x * coefficients[0] + coefficients[1])
    for coefficient in coefficients[2:]:
        total *= x
        total += coefficient
        total = _rounded(total)
    return total


def _logarithm(x: Array) -> Array:
    bits = x.astype(np.float32).view(np.int32)
    exponent = ((bits >> 23) - _EXPONENT_BIAS).astype(np.float64)
    part = ((bits & _MANTISSA) | _HALF).view(np.float32).astype(np.float64)
    low = part < _SQRT_HALF
    exponent -= low
    part = part - 1 + part * low
    square = _rounded(part * part)
    total = _rounded(_polynomial(_LOGARITHM, part) * part)
    total = _rounded(total * square + _rounded(exponent * _LN_2_LOW))
    total = _rounded(total - 0.5 * square)
    return _rounded(exponent * _LN_2_HIGH + _rounded(part + total))


def _sine_and_cosine(x: Array) -> tuple[Array, Array]:
    """Of angles that are not negative."""
    octant = (_rounded(x * _OCTANTS).astype(np.int32) + 1) & ~1
    count = octant.astype(np.float64)
    for part in _OCTANT:  # taken away in three parts, for the angle's last digits
        x = _rounded(count * part + x)
    square = _rounded(x * x)
    cosine = _rounded(_polynomial(_COSINE, square) * square)
    cosine = _rounded(_rounded(cosine * square - 0.5 * square) + 1)
    sine = _rounded(_rounded(_polynomial(_SINE, square) * square) * x + x)
    straight = (octant & 2) == 0
    of_sine = np.where(straight, sine, cosine) * np.where(octant & 4, -1, 1)
    of_cosine = np.where(straight, cosine, sine) * np.where(~(octant - 2) & 4, -1, 1)
    return of_sine, of_cosine
