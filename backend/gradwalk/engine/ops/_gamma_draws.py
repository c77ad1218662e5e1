"""Numbers of the gamma distribution, as PyTorch's kernel draws them, and how they move with its shape parameter."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import Array
from ..functions.gamma import digamma
from ..random import Generator
from ._random import need_floating, source_of

_ONE_THIRD = float(np.float32(1) / np.float32(3))
_SQUEEZE = float(np.float32(0.0331))


def standard_gamma(alpha: Array, generator: Generator | None) -> Array:
    """A gamma number of rate 1 for each shape parameter."""
    need_floating("gamma_cpu", alpha.dtype)
    source = source_of(generator)
    least = float(np.finfo(alpha.dtype).tiny)
    kind = alpha.dtype.type
    drawn = [max(least, float(kind(one(each, source)))) for each in alpha.reshape(-1)]
    return np.array(drawn, alpha.dtype).reshape(alpha.shape)


def sample_dirichlet(alpha: Array, generator: Generator | None) -> Array:
    """Probabilities along the last dimension: gamma numbers over their sum. Shape parameters near zero give numbers
    that no float holds: the least one stands for each, so that their sum is not zero."""
    need_floating("dirichlet", alpha.dtype)
    source = source_of(generator)
    least = float(np.finfo(np.float64).tiny)
    drawn = [max(least, one(np.float64(each), source)) for each in alpha.astype(np.float64).reshape(-1)]
    rows = np.array(drawn).reshape(alpha.shape)
    limits = np.finfo(alpha.dtype)
    found = (rows / rows.sum(axis=-1, keepdims=True)).astype(alpha.dtype)
    kept: Array = np.clip(found, limits.tiny, np.nextafter(alpha.dtype.type(1), alpha.dtype.type(0)))
    return kept


def one(alpha: Any, source: Generator) -> float:
    """One gamma number, by Marsaglia and Tsang's rejection; ``alpha`` is a number of numpy's, rounded as its dtype."""
    kind = type(alpha)

    def uniform() -> float:
        return float(source.uniform(1, np.dtype(np.float64))[0])

    scale = 1.0
    if alpha < 1:
        if alpha == 0:
            return 0.0
        scale = (1 - uniform()) ** float(kind(1) / alpha)
        alpha = kind(alpha + kind(1))
    d = float(alpha - kind(_ONE_THIRD)) if kind is np.float32 else float(alpha) - _ONE_THIRD
    c = 1.0 / np.sqrt(9.0 * d)
    while True:
        x = source.one_normal()
        y = 1.0 + c * x
        if y <= 0:
            continue
        v, u, square = y * y * y, 1 - uniform(), x * x
        if u < 1.0 - _SQUEEZE * square * square or np.log(u) < 0.5 * square + d * (1.0 - v + np.log(v)):
            return float(scale * d * v)


def standard_gamma_grad(alpha: Array, x: Array) -> Array:
    """The derivative of each number by its shape parameter, with the place in the distribution held."""
    wide_alpha, wide = np.broadcast_arrays(alpha.astype(np.float64), x.astype(np.float64))
    with np.errstate(all="ignore"):
        found = np.select(
            [wide < np.float32(0.8), (wide_alpha > 8) & _central(wide_alpha, wide), wide_alpha > 8],
            [_series(wide_alpha, wide), _near_mean(wide_alpha, wide), _saddle(wide_alpha, wide)],
            _rational(wide_alpha, wide),
        )
    result: Array = found.astype(x.dtype)
    return result


def _central(alpha: Any, x: Any) -> Any:
    return (np.float32(0.9) * alpha <= x) & (x <= np.float32(1.1) * alpha)


def _series(alpha: Any, x: Any) -> Any:
    """A Taylor series, for small numbers."""
    term, below = np.ones_like(x), alpha.copy()
    first, second = term / below, term / (below * below)
    for i in range(1, 6):
        term = term * (-x / i)
        below = below + 1
        first = first + term / below
        second = second + term / (below * below)
    power = x**alpha
    density, mass = x ** (alpha - 1) * np.exp(-x), power * first
    slope = (np.log(x) - digamma(alpha)) * mass - power * second
    found = -slope / density
    return np.where(np.isnan(found), 0.0, found)


def _near_mean(alpha: Any, x: Any) -> Any:
    above = 1 + 24 * alpha * (1 + 12 * alpha)
    rest = 1440 * (alpha * alpha) + 6 * x * (53 - 120 * x) - 65 * x * x / alpha + alpha * (107 + 3600 * x)
    return above * rest / (1244160 * (alpha * alpha) * (alpha * alpha))


def _saddle(alpha: Any, x: Any) -> Any:
    """Rice's expansion around the saddle point, for large shape parameters."""
    below = np.sqrt(8 * alpha)
    one, other = below / (alpha - x), (x - alpha - alpha * np.log(x / alpha)) ** -1.5
    both = np.where(x < alpha, one - other, one + other)
    term = np.log(x / alpha) * both - np.sqrt(2 / alpha) * (alpha + x) / ((alpha - x) * (alpha - x))
    return -(1 + 1 / (12 * alpha) * (1 + 1 / (24 * alpha))) * x * term / below


_COEFFICIENTS = np.array([
    [0.16009398, -0.094634809, 0.025146376, -0.0030648343, 1, 0.32668115, 0.10406089, 0.0014179084],
    [0.53487893, 0.1298071, 0.065735949, -0.0015649758, 0.16639465, 0.020070113, -0.0035938915, -0.00058392623],
    [
        0.040121004, -0.0065914022, -0.0026286047, -0.0013441777, 0.017050642, -0.0021309326, 0.00085092367,
        -1.5247877e-07,
    ],
])  # fmt: skip


def _rational(alpha: Any, x: Any) -> Any:
    """A fitted quotient of polynomials in both logarithms, for what is in between."""
    u, v = np.log(x / alpha), np.log(alpha)
    of = [_COEFFICIENTS[0, i] + u * (_COEFFICIENTS[1, i] + u * _COEFFICIENTS[2, i]) for i in range(8)]
    above = of[0] + v * (of[1] + v * (of[2] + v * of[3]))
    below = of[4] + v * (of[5] + v * (of[6] + v * of[7]))
    return np.exp(above / below)
