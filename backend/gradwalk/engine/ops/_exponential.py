"""The exponential of matrices by PyTorch's algorithm: Taylor polynomials in few products, scaling and squaring.

The polynomials are those of P. Bader, S. Blanes and F. Casas, "Computing the matrix exponential with an optimized
Taylor polynomial approximation", Mathematics 7 (2019), 1174. One matrix gets the polynomial that its norm asks for,
several get that of degree 18, and all is computed in their dtype: so that the last digits are PyTorch's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from ..dtypes import Array

_GREATEST_NORMS = {
    4: (1.192092800768788e-07, 5.978858893805233e-04, 5.116619363445086e-02, 5.800524627688768e-01,
        1.461661507209034e00, 3.010066362817634e00),
    8: (2.220446049250313e-16, 2.580956802971767e-08, 3.397168839976962e-04, 4.991228871115323e-02,
        2.996158913811580e-01, 1.090863719290036e00),
}  # fmt: skip
"""By bytes of a real number: up to which norm the polynomials of degree 1, 2, 4, 8, 12 and 18 are exact enough."""


@cache
def _factors_of_8(size: int) -> tuple[float, ...]:
    """The factors of degree 8, from numbers that PyTorch has rounded to the matrices' dtype, of ``size`` bytes.

    The last but one would be right if it were divided by another 2/3; PyTorch does not, and is wrong by 2e-6.
    """
    root, third = (float(np.array(number, f"f{size}")) for number in (177**0.5, 2 / 3))
    return (
        third, third * ((1 + root) / 88), third * ((1 + root) / 352), (-271 + 29 * root) / (315 * third),
        (-11 + 11 * root) / (1260 * third), (-99 + 11 * root) / (5040 * third), (89 - root) / (5040 * third),
        (857 - 58 * root) / 630,
    )  # fmt: skip


_OF_12 = (
    (9.0198e-16, 0.46932117595418237389, -0.20099424927047284052, -0.04623946134063071740),
    (5.31597895759871264183, 1.19926790417132231573, 0.01179296240992997031, 0.01108844528519167989),
    (0.18188869982170434744, 0.05502798439925399070, 0.09351590770535414968, 0.00610700528898058230),
    (-2.0861320e-13, -0.13181061013830184015, -0.02027855540589259079, -0.00675951846863086359),
)
_OF_18 = (
    (0.0, -1.00365581030144618291e-01, -8.02924648241156932449e-03, -8.92138498045729985177e-04, 0.0),
    (0.0, 3.97849749499645077844e-01, 1.36783778460411720168e00, 4.98289622525382669416e-01,
     -6.37898194594723280150e-04),
    (-1.09676396052962061844e01, 1.68015813878906206114e00, 5.71779846478865511061e-02, -6.98210122488052056106e-03,
     3.34975017086070470649e-05),
    (-9.04316832390810593223e-02, -6.76404519071381882256e-02, 6.75961301770459654925e-02, 2.95552570429315521194e-02,
     -1.39180257516060693404e-05),
    (0.0, 0.0, -9.23364619367118555360e-02, -1.69364939002081722752e-02, -1.40086798182036094347e-05),
)  # fmt: skip


def exponential(a: Array) -> Array:
    """The exponential of each matrix; of one with infinite numbers NaN."""
    if a.shape[-1:] == (1,):
        return np.asarray(np.exp(a))
    if not a.size:
        return a.copy()
    known = np.isfinite(a).all(axis=(-2, -1), keepdims=True)
    if not known.all():
        return np.where(known, exponential(np.where(known, a, a.dtype.type(0))), a.dtype.type(np.nan))
    matrices = a.reshape(-1, *a.shape[-2:])
    norms = np.abs(matrices).sum(axis=-2).max(axis=-1)
    greatest = _GREATEST_NORMS[norms.itemsize]
    if len(matrices) == 1:
        for norm, polynomial in zip(greatest, (_of_1, _of_2, _of_4, _of_8, _of_12), strict=False):
            if norms[0] <= norm:
                return polynomial(matrices).reshape(a.shape)
    return _scaled(matrices, norms, greatest[-1]).reshape(a.shape)


def _scaled(a: Array, norms: Array, greatest: float) -> Array:
    halvings = np.maximum(np.ceil(np.log2(norms / norms.dtype.type(greatest))), 0)
    result = _of_18(a / np.exp2(halvings)[:, None, None])
    for number in range(int(halvings.max())):
        more = halvings > number
        result[more] = _product(result[more], result[more])
    return result


_SMALL = 400
"""PyTorch multiplies matrices of fewer multiplications row by column itself."""


def _product(a: Array, b: Array) -> Array:
    if a.shape[-1] ** 3 >= _SMALL:
        return np.asarray(np.matmul(a, b))
    total: Array = a[..., :, :1] * b[..., :1, :]
    for k in range(1, a.shape[-1]):
        total += a[..., :, k : k + 1] * b[..., k : k + 1, :]
    return total


def _powers(a: Array, most: int) -> list[Array]:
    """I, A, A², A³ and A⁶, so many of them."""
    found = [np.broadcast_to(np.eye(a.shape[-1], dtype=a.dtype), a.shape), a]
    for number in range(most - 2):
        factors = ((a, a), (a, found[-1]), (found[-1], found[-1]))[number]
        found.append(_product(*factors))
    return found


def _sum(factors: Sequence[float], terms: Sequence[Array]) -> Array:
    total = np.zeros_like(terms[-1])
    for factor, term in zip(factors, terms, strict=True):
        total += term * total.real.dtype.type(factor)
    return total


def _of_1(a: Array) -> Array:
    return _sum((1, 1), _powers(a, 2))


def _of_2(a: Array) -> Array:
    return _sum((1, 1, 0.5), _powers(a, 3))


def _of_4(a: Array) -> Array:
    powers = _powers(a, 3)
    rest = _product(powers[2], _sum((1 / 2, 1 / 6, 1 / 24), powers))
    return _sum((1, 1, 1), (*powers[:2], rest))


def _of_8(a: Array) -> Array:
    x3, x1, x2, x4, x5, x6, x7, y2 = _factors_of_8(a.real.dtype.itemsize)
    powers = _powers(a, 3)
    fourth = _product(powers[2], _sum((x1, x2), powers[1:]))
    eighth = _product(_sum((x3, 1), (powers[2], fourth)), _sum((x4, x5, x6, x7), (*powers, fourth)))
    return _sum((1, 1, y2, 1), (*powers, eighth))


def _of_12(a: Array) -> Array:
    powers = _powers(a, 4)
    first, second, third, fourth = (_sum(factors, powers) for factors in _OF_12)
    third += _product(fourth, fourth)
    first += _product(second + third, third)
    return first


def _of_18(a: Array) -> Array:
    powers = _powers(a, 5)
    first, second, third, fourth, fifth = (_sum(factors, powers) for factors in _OF_18)
    fourth += _product(first, fifth)
    second += _product(third + fourth, fourth)
    return second
