"""Singular vectors with the signs that PyTorch's LAPACK gives them, where numpy's takes another way there.

A pair of singular vectors may be turned round; which of the two comes out follows from the reflections on the way. MKL
takes tall matrices apart by QR from 8 rows to 5 columns on, OpenBLAS from 11 to 6. Of wide ones, from 11 columns to 6
rows on, both take the LQ; MKL then makes the triangle bidiagonal below its diagonal, OpenBLAS above. Of complex ones
both go the same way.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import Array


def svd(a: Array, full_matrices: bool) -> tuple[Any, Any, Any]:
    """u, s and vh of finite matrices, shape (..., m, n)."""
    rows, columns = a.shape[-2:]
    if a.dtype.kind == "c":
        return np.linalg.svd(a, full_matrices=full_matrices)
    if columns and columns * 8 // 5 <= rows < columns * 11 // 6:
        return _by_qr(a, full_matrices)
    u, s, vh = np.linalg.svd(a, full_matrices=full_matrices)
    if rows > 1 and columns >= rows * 11 // 6:
        turned = np.where(np.add.reduce(u * _left_vectors_of_wide(a), axis=-2) < 0, a.dtype.type(-1), a.dtype.type(1))
        u *= turned[..., None, :]
        vh[..., :rows, :] *= turned[..., :, None]
    return u, s, vh


def _by_qr(a: Array, full_matrices: bool) -> tuple[Any, Any, Any]:
    columns = a.shape[-1]
    q, r = np.linalg.qr(a, mode="complete" if full_matrices else "reduced")
    u, s, vh = np.linalg.svd(r[..., :columns, :])
    q[..., :columns] = np.matmul(q[..., :columns], u)
    return q, s, vh


def _left_vectors_of_wide(a: Array) -> Array:
    """The left vectors of the triangle from LQ. Zeros beside it have it made bidiagonal below its diagonal; of two
    rows, a row more keeps it from being taken for wide again."""
    rows = a.shape[-2]
    more = 0 if rows > 2 else 1
    beside = np.zeros((*a.shape[:-2], rows + more, rows + more + 1), a.dtype)
    beside[..., :rows, :rows] = np.swapaxes(np.linalg.qr(np.swapaxes(a, -2, -1), mode="r"), -2, -1)
    left: Array = np.linalg.svd(beside, full_matrices=False)[0]
    return left[..., :rows, :rows]
