"""The derivative of a share of Dirichlet's distribution by its own concentration, with the place in it held.

A share ``x`` of concentration ``alpha`` among ``total`` is distributed as a beta variable; its derivative is that of
the distribution function over the density. As in PyTorch it comes from a series near 0 and near 1, from an expansion
for large concentrations, and from a fitted quotient of polynomials in between.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import Array


def dirichlet_grad(x: Array, alpha: Array, total: Array) -> Array:
    """As PyTorch computes it: where a series is taken each step is rounded to the operands' dtype, elsewhere it is in
    double precision."""
    shares, own, whole = np.broadcast_arrays(*(each.astype(x.dtype, copy=False) for each in (x, alpha, total)))
    rest = whole - own
    with np.errstate(all="ignore"):
        middle = whole * shares * (1 - shares)
        wide = [each.astype(np.float64) for each in (shares, own, rest, whole)]
        found = np.select(
            [(shares <= 0.5) & (middle < 2.5), (shares >= 0.5) & (middle < 0.75), (own > 6) & (rest > 6)],
            [_near_0(shares, own, rest), -_near_1(1 - shares, rest, own), _of_large(*wide[:3])],
            _fitted(wide[0], wide[1], wide[2], wide[3], _digamma(whole) - _digamma(own)),
        )
    result: Array = found.astype(x.dtype)
    return result


def _near_0(x: Any, alpha: Any, beta: Any) -> Any:
    factor = _digamma(alpha) - _digamma(alpha + beta) - _rounded(np.log, x)
    term = np.ones_like(x)
    total = term / alpha * (factor + 1 / alpha)
    for i in range(1, 11):
        term = term * ((i - beta) * x / i)
        total = total + term / (alpha + i) * (factor + 1 / (alpha + i))
    found = x * _rounded(np.power, 1 - x, -beta) * total
    return np.where(np.isnan(found), x.dtype.type(0), found)


def _near_1(x: Any, alpha: Any, beta: Any) -> Any:
    factor = _digamma(alpha + beta) - _digamma(beta)
    term, product, slope = np.ones_like(x), np.ones_like(x), np.zeros_like(x)
    total = factor / alpha
    for i in range(1, 9):
        term = term * (-x / i)
        slope = slope * (beta - i) + product
        product = product * (beta - i)
        total = total + term / (alpha + i) * (slope + factor * product)
    found = -_rounded(np.power, 1 - x, 1 - beta) * total
    return np.where(np.isnan(found), x.dtype.type(0), found)


def _rounded(function: Any, *operands: Array) -> Array:
    """A function of the C library's: right to the last digit of the operands' dtype."""
    result: Array = function(*(x.astype(np.float64) for x in operands)).astype(operands[0].dtype)
    return result


def _digamma(x: Array) -> Array:
    """The slope of the logarithm of the gamma function: moved up to 10, then by its expansion. Steps up are of the
    operand's dtype, their sum is in double precision."""
    x, sum_of_steps = x.copy(), np.zeros(x.shape)
    while (below := x < 10).any():
        sum_of_steps[below] -= 1 / x[below]
        x[below] += x.dtype.type(1)
    square = 1.0 / (x * x).astype(np.float64)
    expansion = square * np.polyval(_BERNOULLI, square)
    found = sum_of_steps + _rounded(np.log, x) - x.dtype.type(0.5) / x - expansion
    result: Array = found.astype(x.dtype)
    return result


_BERNOULLI = (1 / 12, -691 / 32760, 1 / 132, -1 / 240, 1 / 252, -1 / 120, 1 / 12)


def _of_large(x: Any, alpha: Any, beta: Any) -> Any:
    total = alpha + beta
    mean, spread = alpha / total, np.sqrt(alpha * beta / (total + 1)) / total
    central = (mean - 0.1 * spread <= x) & (x <= mean + 0.1 * spread)
    return np.where(central, _near_mean(x, alpha, beta), _off_mean(x, alpha, beta, mean))


def _near_mean(x: Any, alpha: Any, beta: Any) -> Any:
    """Around the mean, where the expansion beside it would divide zero by zero."""
    total, square = alpha + beta, beta * beta
    inner = (453 + 1620 * beta * (1 - x) - 455 * x) * beta + alpha * (8 * (1 - x) * (135 * beta - 11))
    inner = 3 * (59 + 180 * beta - 90 * x) * square + alpha * inner
    inner = (43 + 20 * (16 + 27 * beta) * x) * square * beta + alpha * inner
    polynomial = 47 * x * square * square + alpha * inner
    above = (1 + 12 * alpha) * (1 + 12 * beta) / (total * total)
    below = 12960 * alpha * alpha * alpha * square * (1 + 12 * total)
    return above / (1 - x) * polynomial / below


def _off_mean(x: Any, alpha: Any, beta: Any, mean: Any) -> Any:
    """An expansion around the saddle point, with Stirling's formula for the gamma functions."""
    total, off = alpha + beta, alpha * (x - 1) + beta * x
    first = 2 * (alpha * alpha) * (x - 1) + alpha * beta * (x - 1) - x * (beta * beta)
    first = first / (np.sqrt(2 * alpha / beta) * total**1.5 * off * off)
    away = beta * np.log(beta / (total * (1 - x))) + alpha * np.log(alpha / (total * x))
    last = np.where(x < mean, 1, -1) * away**-1.5
    both = 0.5 * np.log(alpha / (total * x)) * (np.sqrt(8 * alpha * beta / total) / off + last)
    scale = -x / np.sqrt(2 * alpha * beta / total)
    return _stirling(alpha) * _stirling(beta) / _stirling(total) * scale * (first + both)


def _stirling(x: Any) -> Any:
    return 1 + 1 / (12 * x) + 1 / (288 * x * x)


_FIT = np.array([
    [
        [
            [1.003668233, -0.01061107488, -0.0657888334, 0.01201642863],
            [0.6336835991, -0.3557432599, 0.05486251648, -0.001465281033],
            [-0.03276231906, 0.004474107445, 0.002429354597, -0.0001557569013],
        ],
        [
            [0.221950385, -0.3187676331, 0.01799915743, 0.01074823814],
            [-0.2951249643, 0.06219954479, 0.01535556598, 0.001550077057],
            [0.02155310298, 0.004170831599, 0.001292462449, 6.976601077e-05],
        ],
        [
            [-0.05980841433, 0.008441916499, 0.01085618172, 0.002319392565],
            [0.02911413504, 0.01400243777, -0.002721828457, 0.000751041181],
            [0.005900514878, -0.001936558688, -9.495446725e-06, 5.385558597e-05],
        ],
    ],
    [
        [
            [1, -0.02924021934, -0.04438342661, 0.007285809825],
            [0.6357567472, -0.3473456711, 0.05454656494, -0.002407477521],
            [-0.03301322327, 0.004845219414, 0.00231480583, -0.0002307248149],
        ],
        [
            [0.5925320577, -0.1757678135, 0.01505928619, 0.000564515273],
            [0.1014815858, -0.06589186703, 0.01272886114, -0.0007316646956],
            [-0.007258481865, 0.001096195486, 0.0003934994223, -4.12701925e-05],
        ],
        [
            [0.06469649321, -0.0236701437, 0.002902096474, -5.896963079e-05],
            [0.001925008108, -0.002869809258, 0.0008000589141, -6.063713228e-05],
            [-0.0003477407336, 6.959756487e-05, 1.097287507e-05, -1.650964693e-06],
        ],
    ],
])  # fmt: skip
"""Numerator and denominator, by powers of ``u``, ``a`` and ``b``."""


def _fitted(x: Any, alpha: Any, beta: Any, total: Any, difference: Any) -> Any:
    u = np.log(x)
    a = np.log(alpha) - u
    b = np.log(total) - a
    above, below = np.zeros_like(u), np.zeros_like(u)
    for i, of_u in enumerate((1, u, u * u)):
        for j, of_a in enumerate((1, a, a * a)):
            factor = of_u * of_a
            above, below = (
                total + factor * (row[0] + b * (row[1] + b * (row[2] + b * row[3])))
                for total, row in ((above, _FIT[0, i, j]), (below, _FIT[1, i, j]))
            )
    return above / below * (x * difference / beta)
