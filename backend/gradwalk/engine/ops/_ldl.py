"""The LDL factorization of symmetric and Hermitian matrices, with blocks of one and two rows, as LAPACK's ``sytrf`` and
``hetrf`` find it."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ..dtypes import Array
from ._lu import size_of

_GROWTH = (1 + 17**0.5) / 8
"""Bunch and Kaufman's bound: a pivot smaller than this part of its column is not taken alone."""


def factored(a: Array, hermitian: bool) -> tuple[Array, Array]:
    """Both factors in one matrix, and the exchanges of rows counted from 1, negative for a block of two rows."""
    n = a.shape[-1]
    hermitian = hermitian and a.dtype.kind == "c"
    parts = [_one(matrix, hermitian) for matrix in np.tril(a).reshape(prod(a.shape[:-2]), n, n)]
    columns = np.array([factor.T for factor, _ in parts], a.dtype).reshape(a.shape)
    pivots = np.array([pivot for _, pivot in parts], np.int32).reshape(a.shape[:-1])
    return columns.swapaxes(-1, -2), pivots  # column by column, as LAPACK leaves it


def _one(a: Array, hermitian: bool) -> tuple[Array, Array]:
    n = len(a)
    a = a.copy()
    if hermitian:
        _make_diagonal_real(a)
    pivots = np.zeros(n, np.int32)
    k = 0
    while k < n:
        other, size = _pivot(a, k)
        last = k + size - 1
        if other != last:
            _exchange(a, last, other, k, hermitian)
        if size == 1:
            if a[k, k] != 0:
                column = a[k + 1 :, k] / a[k, k]
                row = a[k + 1 :, k]
                a[k + 1 :, k + 1 :] -= np.tril(np.outer(column, np.conjugate(row) if hermitian else row))
                a[k + 1 :, k] = column
            pivots[k] = other + 1
        else:
            (_eliminate_two_of_hermitian if hermitian else _eliminate_two)(a, k)
            pivots[k] = pivots[k + 1] = -(other + 1)
        if hermitian:
            _make_diagonal_real(a)
        k += size
    return a, pivots


def _pivot(a: Array, k: int) -> tuple[int, int]:
    """Which row is exchanged for the block at ``k``, and whether that has one row or two."""
    below = size_of(a[k + 1 :, k])
    if not below.size or max(size_of(a[k, k]), below.max()) == 0:
        return k, 1
    greatest = k + 1 + int(below.argmax())
    most = below.max()
    if size_of(a[k, k]) >= _GROWTH * most:
        return k, 1
    beside = size_of(np.concatenate([a[greatest, k:greatest], a[greatest + 1 :, greatest]])).max()
    if size_of(a[k, k]) >= _GROWTH * most * (most / beside):
        return k, 1
    if size_of(a[greatest, greatest]) >= _GROWTH * beside:
        return greatest, 1
    return greatest, 2


def _make_diagonal_real(a: Array) -> None:
    np.einsum("ii->i", a).imag[...] = 0


def _exchange(a: Array, i: int, j: int, k: int, hermitian: bool) -> None:
    """Exchange rows and columns ``i < j`` of what is left of the matrix, in its lower triangle."""
    above = np.tril(a[k:, k:], -1).T
    full = np.tril(a[k:, k:]) + (np.conjugate(above) if hermitian else above)
    order = np.arange(len(full))
    order[[i - k, j - k]] = order[[j - k, i - k]]
    a[k:, k:] = np.tril(full[np.ix_(order, order)])


def _eliminate_two(a: Array, k: int) -> None:
    if k + 2 < len(a):
        low = a[k + 1, k]
        first, second = a[k + 1, k + 1] / low, a[k, k] / low
        scale = 1 / (first * second - 1) / low
        left, right = a[k + 2 :, k].copy(), a[k + 2 :, k + 1].copy()
        of_left, of_right = scale * (first * left - right), scale * (second * right - left)
        a[k + 2 :, k + 2 :] -= np.tril(np.outer(left, of_left) + np.outer(right, of_right))
        a[k + 2 :, k], a[k + 2 :, k + 1] = of_left, of_right


def _eliminate_two_of_hermitian(a: Array, k: int) -> None:
    if k + 2 < len(a):
        length = abs(a[k + 1, k])
        first, second = a[k + 1, k + 1].real / length, a[k, k].real / length
        scale, turn = 1 / (first * second - 1) / length, a[k + 1, k] / length
        left, right = a[k + 2 :, k].copy(), a[k + 2 :, k + 1].copy()
        of_left = scale * (first * left - turn * right)
        of_right = scale * (second * right - np.conjugate(turn) * left)
        taken = np.outer(left, np.conjugate(of_left)) + np.outer(right, np.conjugate(of_right))
        a[k + 2 :, k + 2 :] -= np.tril(taken)
        a[k + 2 :, k], a[k + 2 :, k + 1] = of_left, of_right


def solved(factors: Array, pivots: Array, b: Array, hermitian: bool) -> Any:
    """The solution of ``A @ X = B`` by the factors of A, broadcast over batches."""
    batch = np.broadcast_shapes(factors.shape[:-2], b.shape[:-2])
    n, columns = b.shape[-2:]
    if not (factors.size and b.size):
        return np.zeros((*batch, columns, n), b.dtype).swapaxes(-1, -2)
    parts = zip(
        np.broadcast_to(factors, (*batch, n, n)).reshape(-1, n, n),
        np.broadcast_to(pivots, (*batch, n)).reshape(-1, n),
        np.broadcast_to(b, (*batch, n, columns)).reshape(-1, n, columns),
        strict=True,
    )
    with np.errstate(all="ignore"):
        found = [_solved_one(*part, hermitian and b.dtype.kind == "c") for part in parts]
    turned = np.array(found, b.dtype).reshape(*batch, n, columns).swapaxes(-1, -2).copy()
    return turned.swapaxes(-1, -2)  # column by column, as LAPACK leaves it


def _solved_one(factors: Array, pivots: Array, b: Array, hermitian: bool) -> Array:
    x, n = b.copy(), len(b)
    across = np.conjugate(factors) if hermitian else factors
    blocks = []
    k = 0
    while k < n:
        size = 1 if pivots[k] > 0 else 2
        blocks.append((k, size))
        k += size
    for k, size in blocks:
        last, other = k + size - 1, abs(pivots[k]) - 1
        x[[last, other]] = x[[other, last]]
        x[k + size :] -= factors[k + size :, k : k + size] @ x[k : k + size]
        if size == 1:
            x[k] /= factors[k, k]
        else:
            low, high = factors[k + 1, k], across[k + 1, k]
            first, second = factors[k, k] / high, factors[k + 1, k + 1] / low
            bottom = first * second - 1
            top, under = x[k] / high, x[k + 1] / low
            x[k], x[k + 1] = (second * top - under) / bottom, (first * under - top) / bottom
    for k, size in reversed(blocks):
        last, other = k + size - 1, abs(pivots[k]) - 1
        x[k : k + size] -= across[k + size :, k : k + size].T @ x[k + size :]
        x[[last, other]] = x[[other, last]]
    return x
