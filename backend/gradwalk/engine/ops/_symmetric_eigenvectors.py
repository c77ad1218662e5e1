"""Eigenvectors of symmetric matrices with the signs that PyTorch's LAPACK gives them.

An eigenvector may be turned round; which of the two comes out follows from the rotations on the way. MKL still makes
rotations as LAPACK did until 3.9, where the cosine is negative if the second number is the greater and the first one
negative; OpenBLAS makes it positive. So LAPACK's way (``sytrd``, then ``steqr`` by QL or QR) is gone once more with
MKL's rotations, and what came out the other way round is turned. From 26 rows on both divide and conquer: left alone.
"""

from __future__ import annotations

from math import copysign, hypot, prod, sqrt
from typing import Any

import numpy as np

from ..dtypes import Array

_MOST_ROWS = 25
_MOST_WORK = 20_000
_LEAST = 2.2250738585072014e-308


def turned_as_mkl(a: Array, vectors: Array, upper: bool) -> Array:
    """The vectors of finite matrices, shape (..., n, n), some of them turned round, in place."""
    n, count = a.shape[-1], prod(a.shape[:-2])
    if not 1 < n <= _MOST_ROWS or count * n * n > _MOST_WORK:
        return vectors
    precision = float(np.finfo(a.dtype).eps) / 2
    flat = vectors.reshape(count, n, n)
    for one, found in zip(a.reshape(count, n, n), flat, strict=True):
        diagonal, beside, q = _tridiagonal(one, upper)
        z = q @ _Rotated(diagonal, beside, precision).vectors()
        along = np.einsum("ij,ij->j", np.conjugate(z), found).real
        found *= np.where(along < 0, -1, 1).astype(found.real.dtype)
    return flat.reshape(vectors.shape)


def _tridiagonal(a: Array, upper: bool) -> tuple[list[float], list[float], Array]:
    """Diagonal, the numbers beside it, and the reflections that lead there, as LAPACK's ``sytrd`` makes them."""
    n = len(a)
    part = np.triu(a) if upper else np.tril(a)
    a = part.astype(np.complex128 if a.dtype.kind == "c" else np.float64)
    a += np.conjugate(np.triu(a, 1) if upper else np.tril(a, -1)).T
    np.fill_diagonal(a, np.diagonal(a).real)  # what else is on it is not looked at
    beside, q = [0.0] * (n - 1), np.eye(n, dtype=a.dtype)
    for i in reversed(range(n - 1)) if upper else range(n - 1):
        place = slice(0, i + 1) if upper else slice(i + 1, n)
        column = a[place, i + 1 if upper else i]
        first, rest = (column[-1], column[:-1]) if upper else (column[0], column[1:])
        factor, rest, beside[i] = _reflection(first.item(), rest)
        if factor == 0:
            continue
        vector = np.append(rest, 1) if upper else np.append(1, rest)
        inside = a[place, place]
        w = factor * (inside @ vector)
        w -= 0.5 * factor * np.vdot(w, vector) * vector
        a[place, place] = inside - np.outer(vector, np.conjugate(w)) - np.outer(w, np.conjugate(vector))
        q[:, place] -= np.outer(q[:, place] @ vector, np.conjugate(vector)) * factor
    return [x.real.item() for x in np.diagonal(a)], beside, q


def _reflection(first: Any, rest: Array) -> tuple[Any, Array, float]:
    """Factor and vector of the reflection that leaves one real number of a column, and that number."""
    below = float(np.linalg.norm(rest))
    if below == 0 and first.imag == 0:
        return 0, rest, first.real
    left = -copysign(hypot(abs(first), below), first.real)
    factor = (left - first.real) / left
    if isinstance(first, complex):
        factor = complex(factor, -first.imag / left)
    return factor, rest / (first - left), left


def _rotation(f: float, g: float) -> tuple[float, float, float]:
    """Cosine and sine of the rotation that takes (f, g) to (r, 0), and r."""
    if g == 0:
        return 1.0, 0.0, f
    if f == 0:
        return 0.0, 1.0, g
    r = sqrt(f * f + g * g)
    if abs(f) > abs(g) and f < 0:
        r = -r
    return f / r, g / r, r


def _rotation_of_two(a: float, b: float, c: float) -> tuple[float, float, float, float]:
    """Eigenvalues of ((a, b), (b, c)), the greater in size first, and its vector, as LAPACK's ``laev2`` has them."""
    total, gap, twice = a + c, a - c, b + b
    root = hypot(gap, twice)
    if total == 0:
        first, second, sign = 0.5 * root, -0.5 * root, 1
    else:
        sign = 1 if total > 0 else -1
        first = 0.5 * (total + sign * root)
        long, short = (a, c) if abs(a) > abs(c) else (c, a)
        second = (long / first) * short - (b / first) * b
    other = 1 if gap >= 0 else -1
    along = gap + other * root
    if abs(along) > abs(twice):
        ratio = -twice / along
        sine = 1 / sqrt(1 + ratio * ratio)
        cosine = ratio * sine
    elif twice == 0:
        cosine, sine = 1.0, 0.0
    else:
        ratio = -along / twice
        cosine = 1 / sqrt(1 + ratio * ratio)
        sine = ratio * cosine
    return (first, second, -sine, cosine) if sign == other else (first, second, cosine, sine)


class _Rotated:
    """A tridiagonal matrix on its way to a diagonal one, as LAPACK's ``steqr`` goes it."""

    def __init__(self, diagonal: list[float], beside: list[float], precision: float) -> None:
        self.d, self.e, self.precision = diagonal, beside, precision
        self.z = np.eye(len(diagonal))

    def vectors(self) -> Array:
        """The eigenvectors, by eigenvalue from the least."""
        d, start = self.d, 0
        while start < len(d):
            if start:
                self.e[start - 1] = 0.0
            end = self._block_from(start)
            if end > start and any(d[start : end + 1] + self.e[start:end]):
                self._diagonalize(start, end)
            start = end + 1
        order = list(range(len(d)))
        for i in range(len(d) - 1):
            k = min(range(i, len(d)), key=lambda j: (d[j], j))
            d[i], d[k] = d[k], d[i]
            order[i], order[k] = order[k], order[i]
        return self.z[:, order]

    def _block_from(self, start: int) -> int:
        d, e = self.d, self.e
        for m in range(start, len(d) - 1):
            if abs(e[m]) <= sqrt(abs(d[m])) * sqrt(abs(d[m + 1])) * self.precision:
                e[m] = 0.0
                return m
        return len(d) - 1

    def _diagonalize(self, start: int, end: int) -> None:
        """A block, from the end where its numbers are smaller: by QL from the top (``way`` 1), by QR from below."""
        d, e = self.d, self.e
        way = -1 if abs(d[end]) < abs(d[start]) else 1
        place, last = (start, end) if way == 1 else (end, start)
        beside = 0 if way == 1 else -1
        while (last - place) * way >= 0:
            m = place
            while m != last and abs(e[m + beside]) ** 2 > self._negligible(m, m + way):
                m += way
            if m != last:
                e[m + beside] = 0.0
            if m == place:
                place += way
            elif m == place + way:
                low = min(m, place)
                d[low], d[low + 1], cosine, sine = _rotation_of_two(d[low], e[low], d[low + 1])
                self._turn(low, cosine, sine)
                e[low] = 0.0
                place += 2 * way
            else:
                self._sweep(place, m, way)

    def _negligible(self, m: int, following: int) -> float:
        return (self.precision**2 * abs(self.d[m])) * abs(self.d[following]) + _LEAST

    def _sweep(self, place: int, m: int, way: int) -> None:
        """One implicit shift: rotations from ``m`` back to ``place``."""
        d, e = self.d, self.e
        beside = 0 if way == 1 else -1
        p = d[place]
        g = (d[place + way] - p) / (2 * e[place + beside])
        root = hypot(g, 1.0)
        g = d[m] - p + e[place + beside] / (g + (root if g >= 0 else -root))
        sine = cosine = 1.0
        p = 0.0
        rotations = []
        for i in range(m - way, place - way, -way):
            f, b = sine * e[i + beside], cosine * e[i + beside]
            cosine, sine, r = _rotation(g, f)
            if i != m - way:
                e[i + way + beside] = r
            g = d[i + way] - p
            r = (d[i] - g) * sine + 2 * cosine * b
            p = sine * r
            d[i + way] = g + p
            g = cosine * r - b
            rotations.append((i + beside, cosine, -way * sine))
        for low, c, s in rotations:
            self._turn(low, c, s)
        d[place] -= p
        e[place + beside] = g

    def _turn(self, low: int, cosine: float, sine: float) -> None:
        first, second = self.z[:, low].copy(), self.z[:, low + 1].copy()
        self.z[:, low + 1] = cosine * second - sine * first
        self.z[:, low] = sine * second + cosine * first
