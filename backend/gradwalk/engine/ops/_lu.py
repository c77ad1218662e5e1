"""Forwards of the LU factorization and of what is solved with it, for batches, in the conventions of LAPACK."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ..dtypes import Array
from ..memory_format import by_columns, canonical
from . import _nonfinite


def factored(a: Array, pivot: bool = True) -> tuple[Array, Array]:
    """Both factors in one matrix, and the row that was exchanged with each, counted from 1."""
    m, n = a.shape[-2:]
    k = min(m, n)
    lu = np.array(a, copy=True).reshape(prod(a.shape[:-2]), m, n)
    pivots = np.tile(np.arange(1, k + 1, dtype=np.int32), (len(lu), 1))
    batch = np.arange(len(lu))
    with np.errstate(all="ignore"):
        for j in range(k if a.size else 0):
            if pivot:
                best = j + np.argmax(_sizes(lu[:, j:, j]), axis=1)
                pivots[:, j] = best + 1
                chosen = lu[batch, best].copy()
                lu[batch, best] = lu[:, j]
                lu[:, j] = chosen
            head = lu[:, j, j]
            lu[:, j + 1 :, j] = np.where(head[:, None] == 0, lu[:, j + 1 :, j], lu[:, j + 1 :, j] * (1 / head[:, None]))
            lu[:, j + 1 :, j + 1 :] -= lu[:, j + 1 :, j, None] * lu[:, j, None, j + 1 :]
    return by_columns(lu.reshape(a.shape)), pivots.reshape(*a.shape[:-2], k)


def size_of(x: Any) -> Any:
    """By what pivots are compared: of a complex number the sizes of its parts, added up."""
    return np.abs(x) if x.dtype.kind != "c" else np.abs(x.real) + np.abs(x.imag)


def _sizes(column: Array) -> Array:
    """By what a pivot is chosen: NaN is the greatest at the top, and never chosen below."""
    sizes: Array = size_of(column)
    if np.isnan(sizes).any():
        sizes = np.where(np.isnan(sizes), -1, sizes)
        sizes[:, 0] = np.where(sizes[:, 0] < 0, np.inf, sizes[:, 0])
    return sizes


def determinant(lu: Array, pivots: Array) -> tuple[Array, Array, Array]:
    """By the factors: the determinant, its sign and the logarithm of its size."""
    diagonal = np.diagonal(lu, axis1=-2, axis2=-1)
    parity = sign_of(pivots).astype(lu.dtype)
    with np.errstate(all="ignore"):
        signs = np.where(np.isnan(diagonal), 0, np.sign(diagonal)).astype(lu.dtype)
        return (
            parity * diagonal.prod(axis=-1),
            parity * signs.prod(axis=-1),
            np.log(np.abs(diagonal)).sum(axis=-1),
        )


def zero_pivots(lu: Array) -> Array:
    """For each matrix the first place on the diagonal of its factor that is zero, counted from 1, or 0."""
    zero = np.diagonal(lu, axis1=-2, axis2=-1) == 0
    if not zero.shape[-1]:
        return np.zeros(zero.shape[:-1], np.int32)
    return np.where(zero.any(axis=-1), zero.argmax(axis=-1) + 1, 0).astype(np.int32)


def row_order(pivots: Array, m: int) -> Array:
    """Which row of the matrix each row of the product of its factors is."""
    flat = pivots.reshape(prod(pivots.shape[:-1]), pivots.shape[-1])
    order = np.tile(np.arange(m), (len(flat), 1))
    batch = np.arange(len(flat))
    for j in range(flat.shape[1]):
        other = flat[:, j] - 1
        kept = order[batch, other].copy()
        order[batch, other] = order[:, j]
        order[:, j] = kept
    return order.reshape(*pivots.shape[:-1], m)


def sign_of(pivots: Array) -> Array:
    """The determinant of the permutation: -1 for an odd number of exchanges."""
    exchanged = np.sum(pivots != np.arange(1, pivots.shape[-1] + 1), axis=-1)
    return np.where(exchanged % 2 == 1, -1.0, 1.0)


def unpack(lu: Array, pivots: Array, unpack_data: bool, unpack_pivots: bool) -> tuple[Array, Array, Array]:
    """Lower and upper factor, and the permutation, to which no gradient flows."""
    m, n = lu.shape[-2:]
    k = min(m, n)
    nothing = np.zeros((0,), dtype=lu.dtype)
    p, lower, upper = nothing, nothing, nothing
    if unpack_data:
        lower = np.tril(lu[..., :k], -1) + np.eye(m, k, dtype=lu.dtype)
        upper = np.triu(lu[..., :k, :])
    if unpack_pivots:
        p = canonical(np.swapaxes(np.eye(m, dtype=lu.dtype)[row_order(pivots, m)], -2, -1))
    return lower, upper, p


def adjoint_of(x: Array) -> Array:
    """Rows for columns, and each number conjugated."""
    across = np.swapaxes(x, -2, -1)
    return np.conjugate(across) if x.dtype.kind == "c" else across


def solved(lu: Array, pivots: Array, b: Array, left: bool, adjoint: bool) -> Any:
    """The solution of ``A @ X = B``, or ``X @ A = B``, or with the transposed matrix, by the factors of A."""
    lower, upper, p = unpack(lu, pivots, True, True)
    if lu.shape[-1] == 0 or b.size == 0:
        batch = np.broadcast_shapes(lu.shape[:-2], b.shape[:-2])
        return np.zeros((*batch, *b.shape[-2:]), dtype=b.dtype)
    if not left:
        return adjoint_of(solved(lu, pivots, adjoint_of(b), True, not adjoint))
    if adjoint:
        inside = _through_factor(adjoint_of(upper), b, False)
        return np.matmul(p, _through_factor(adjoint_of(lower), inside, True))
    return _through_factor(upper, _through_factor(lower, np.matmul(adjoint_of(p), b), False), True)


def _has_solution(triangle: Array) -> bool:
    return bool(np.isfinite(triangle).all() and np.diagonal(triangle, axis1=-2, axis2=-1).all())


def _through_factor(triangle: Array, b: Array, upper: bool) -> Array:
    """:func:`substituted`, of a factor of LAPACK's own: its roundings are nearer to those of elimination."""
    return np.linalg.solve(triangle, b) if _has_solution(triangle) else substituted(triangle, b, upper)


_BLOCK = 32
"""Rows that are substituted one by one; what is known before them is taken off by one product."""


def substituted(triangle: Array, b: Array, upper: bool) -> Array:
    """The solution with a triangular matrix, row by row from the end that has one unknown, as LAPACK's: elimination,
    which pivots, would leave other signs of zero. Where there is none, or numbers are not finite, number by number."""
    if not _has_solution(triangle):
        return (_nonfinite.backward if upper else _nonfinite.forward)(triangle, b)
    n, inverse = triangle.shape[-1], (1 / np.diagonal(triangle, axis1=-2, axis2=-1))[..., None]
    shape = (*np.broadcast_shapes(triangle.shape[:-2], b.shape[:-2]), *b.shape[-2:])
    x = np.array(np.broadcast_to(b, shape), np.result_type(triangle, b))
    starts = range(0, n, _BLOCK)
    for start in reversed(starts) if upper else starts:
        end = min(start + _BLOCK, n)
        known = slice(end, n) if upper else slice(0, start)
        if known.stop > known.start:
            x[..., start:end, :] -= triangle[..., start:end, known] @ x[..., known, :]
        for i in range(end - 1, start - 1, -1) if upper else range(start, end):
            near = slice(i + 1, end) if upper else slice(start, i)
            if near.stop > near.start:
                x[..., i : i + 1, :] -= triangle[..., i : i + 1, near] @ x[..., near, :]
            x[..., i, :] *= inverse[..., i, :]
    return x
