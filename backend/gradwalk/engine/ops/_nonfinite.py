"""Factorizations of matrices that hold NaN or infinite numbers, step by step as LAPACK takes them: numpy's library
leaves other numbers."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ..dtypes import Array


def qr(a: Array, mode: str) -> tuple[Array, Array]:
    """By Householder's reflections, for batches; ``mode`` as numpy's ("reduced", "complete")."""
    m, n = a.shape[-2:]
    width = m if mode == "complete" else min(m, n)
    batch = a.reshape(prod(a.shape[:-2]), m, n)
    q, r = np.empty((len(batch), m, width), a.dtype), np.empty((len(batch), width, n), a.dtype)
    with np.errstate(all="ignore"):
        for number, one in enumerate(batch):
            reflections, reduced = _reflected(np.array(one))
            r[number] = np.triu(reduced)[:width]
            q[number] = _product(reflections, m, width, a.dtype)
    return q.reshape(*a.shape[:-2], m, width), r.reshape(*a.shape[:-2], width, n)


def _reflected(a: Array) -> tuple[list[tuple[Any, Array]], Array]:
    """Each reflection as factor and vector, and the matrix after all of them."""
    reflections = []
    for k in range(min(a.shape)):
        below = np.sqrt(np.sum(np.square(a[k + 1 :, k])))
        factor, vector = a.dtype.type(0), np.zeros(len(a), a.dtype)
        vector[k] = 1
        if below != 0:
            length = _hypotenuse(np.abs(a[k, k]), below)
            after = -length if a[k, k] >= 0 else length
            factor = (after - a[k, k]) / after
            vector[k + 1 :] = a[k + 1 :, k] * (1 / (a[k, k] - after))
            a[k, k] = after
            a[k:, k + 1 :] -= factor * np.outer(vector[k:], vector[k:] @ a[k:, k + 1 :])
        reflections.append((factor, vector))
    return reflections, a


def _hypotenuse(a: Any, b: Any) -> Any:
    """Of two sides; where one is NaN the second counts, as the processor's maximum has it."""
    long, short = (a if a > b else b), (a if a < b else b)
    return long * np.sqrt(1 + np.square(short / long))


def _product(reflections: list[tuple[Any, Array]], m: int, width: int, kind: np.dtype[Any]) -> Array:
    q = np.eye(m, width, dtype=kind)
    for k, (factor, vector) in reversed(list(enumerate(reflections))):
        if factor == 0:
            continue
        last = int(np.flatnonzero(vector != 0)[-1]) + 1
        rest = q[k:last, k + 1 :]
        if np.any(rest != 0):
            rest -= factor * np.outer(vector[k:last], vector[k:last] @ rest)
        q[k + 1 :, k] = -factor * vector[k + 1 :]
        q[k, k] = 1 - factor
    return q


def cholesky(batch: Array) -> tuple[Array, Array]:
    """The lower factors as far as they go, and the order of the first leading minor that is not positive, or 0."""
    lower = np.tril(batch)
    info = np.zeros(batch.shape[:-2], np.int32)
    with np.errstate(all="ignore"):
        for number in np.ndindex(info.shape):
            info[number] = _factored(lower[number])
    return lower, info


def _factored(lower: Array) -> int:
    """One matrix, in place: the order at which it ended, or 0."""
    for k in range(len(lower)):
        pivot = (lower[k, k] - lower[k, :k] @ np.conjugate(lower[k, :k])).real
        if not pivot > 0:
            lower[k, k] = pivot
            return k + 1
        lower[k, k] = np.sqrt(pivot)
        if np.isinf(pivot):  # the library leaves NaN below
            lower[k + 1 :, k] = np.nan
        lower[k + 1 :, k] = (lower[k + 1 :, k] - lower[k + 1 :, :k] @ np.conjugate(lower[k, :k])) / lower[k, k]
    return 0


def forward(lower: Array, b: Array) -> Array:
    """The solution with a lower triangle, by substitution, for batches."""
    x = _copy(lower, b)
    with np.errstate(all="ignore"):
        for k in range(lower.shape[-1]):
            x[..., k, :] /= lower[..., k, k, None]
            x[..., k + 1 :, :] -= lower[..., k + 1 :, k, None] * x[..., None, k, :]
    return x


def backward(upper: Array, b: Array) -> Array:
    """The solution with an upper triangle."""
    return forward(upper[..., ::-1, ::-1], b[..., ::-1, :])[..., ::-1, :]


def _copy(a: Array, b: Array) -> Array:
    return np.array(np.broadcast_to(b, (*np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), *b.shape[-2:])))
