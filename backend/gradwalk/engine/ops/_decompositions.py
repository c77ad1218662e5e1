"""Forwards of matrix functions and decompositions, with PyTorch's checks and words."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Literal

import numpy as np

from .. import dtypes
from ..apply import check_kernel
from ..dtypes import INEXACT, Array
from ..errors import bracketed
from ..functions.dims import normalize_dim
from ..functions.distances import distances_of_pairs
from ..functions.equations import is_vector
from ..memory_format import by_columns, canonical
from . import _lu, _nonfinite, _singular_vectors
from ._arrays import real_parts
from ._exponential import exponential
from ._lu import adjoint_of
from ._matrix_checks import (
    LinAlgError,
    check_equation,
    check_floating,
    check_matrix,
    check_same_dtype,
    check_square,
    not_positive,
    refuse_where,
)
from ._reductions import vector_norm
from ._words import label


def inverse(a: Array) -> Any:
    """The inverse, and for each of a batch the first pivot that is zero, counted from 1, or 0."""
    check_square("linalg.inv", a)
    check_floating("linalg.inv", a)
    try:
        if np.isfinite(a).all():
            return by_columns(np.linalg.inv(a)), np.zeros(a.shape[:-2], np.int32)
    except np.linalg.LinAlgError:
        pass
    lu, pivots = _lu.factored(a)
    one = np.broadcast_to(np.eye(a.shape[-1], dtype=a.dtype), a.shape)
    return by_columns(_lu.solved(lu, pivots, one, True, False)), _lu.zero_pivots(lu)


def _factors(a: Array) -> tuple[Array, Array]:
    """What PyTorch keeps of a matrix: the factors of the transposed one where a real one lies row by row."""
    return _lu.factored(np.swapaxes(a, -2, -1) if a.flags.c_contiguous and a.dtype.kind != "c" else a)


def det(a: Array) -> Any:
    check_square("linalg.det", a)
    check_floating("linalg.det", a)
    factors = _factors(a)
    if not np.isfinite(a).all():
        return (_lu.determinant(*factors)[0], *factors)
    return (np.asarray(np.linalg.det(a)), *factors)


def slogdet(a: Array) -> Any:
    check_square("linalg.slogdet", a)
    check_floating("linalg.slogdet", a)
    factors = _factors(a)
    sign, logarithm = _lu.determinant(*factors)[1:] if not np.isfinite(a).all() else np.linalg.slogdet(a)
    return (np.asarray(sign).astype(a.dtype), np.asarray(logarithm).astype(a.real.dtype), *factors)


def solve(a: Array, b: Array, left: bool) -> Any:
    check_floating("linalg.solve", a)
    check_square("linalg.solve", a)
    check_same_dtype("linalg.solve", a, b)
    vector = is_vector(a, b)
    right = b[..., None] if vector else b
    check_equation("linalg.solve", a, right, left)
    info = np.zeros(a.shape[:-2], np.int32)
    try:
        if not np.isfinite(a).all():
            raise np.linalg.LinAlgError
        if left:
            found = by_columns(np.linalg.solve(a, right))
        else:
            found = np.swapaxes(np.linalg.solve(np.swapaxes(a, -2, -1), np.swapaxes(right, -2, -1)), -2, -1)
    except np.linalg.LinAlgError:
        lu, pivots = _lu.factored(a)
        info = _lu.zero_pivots(lu)
        found = by_columns(_lu.solved(lu, pivots, right, left, False))
    if vector:
        found = by_columns(found[..., 0]) if left and b.ndim > 1 else found[..., 0]
    return (found, *_factors(a), info)


def solve_triangular(a: Array, b: Array, upper: bool, left: bool, unitriangular: bool) -> Any:
    name = "linalg.solve_triangular"
    check_square(name, a)
    check_matrix(name, b, "B")
    check_equation(name, a, b, left)
    check_kernel("triangular_solve_cpu", a)
    b = _as_matrix(a, b)
    triangle = np.triu(a) if upper else np.tril(a)
    if unitriangular:
        n = a.shape[-1]
        triangle = triangle * (1 - np.eye(n, dtype=a.dtype)) + np.eye(n, dtype=a.dtype)
    if left:
        return by_columns(_lu.substituted(triangle, b, upper))
    across = np.swapaxes(_lu.substituted(np.swapaxes(triangle, -2, -1), np.swapaxes(b, -2, -1), not upper), -2, -1)
    return np.array(across, order="C")


def _as_matrix(a: Array, b: Array) -> Array:
    """A right side in the dtype of the matrix."""
    if a.dtype == b.dtype:
        return b
    return real_parts(b, a.dtype).astype(a.dtype)


def cholesky(a: Array, upper: bool) -> Any:
    """The factor, and for each of a batch the order of the first leading minor that is not positive, or 0."""
    check_square("linalg.cholesky", a)
    check_floating("linalg.cholesky", a)
    return _cholesky(a, upper)


def _cholesky(a: Array, upper: bool) -> Any:
    symmetric = np.triu(a) + adjoint_of(np.triu(a, 1)) if upper else np.tril(a) + adjoint_of(np.tril(a, -1))
    info = np.zeros(a.shape[:-2], np.int32)
    lower = None
    if np.isfinite(symmetric).all():
        with suppress(np.linalg.LinAlgError):
            lower = np.linalg.cholesky(symmetric)
    if lower is None or not np.isfinite(lower).all():
        lower, info = _nonfinite.cholesky(adjoint_of(np.triu(a)) if upper else np.tril(a))
    return by_columns(adjoint_of(lower) if upper else lower), info


def cholesky_or_error(a: Array, upper: bool) -> Any:
    """The factor. Raises LinAlgError where there is none."""
    if not a.size:  # whatever its sizes
        return np.empty_like(a)
    check_square("cholesky", a)
    check_kernel("cholesky_cpu", a)
    factor, info = _cholesky(a, upper)
    refuse_where(info, not_positive("cholesky"))
    return factor


def _of_batch(batch: Array, number: int) -> str:
    return f"(Batch element {number}): " if batch.ndim > 2 else ""


def finite_svd(a: Array, full_matrices: bool) -> Any:
    """numpy's; NaN for infinite numbers. Raises LinAlgError in PyTorch's words for NaN."""
    wrong = np.isnan(a).any((-2, -1)).reshape(-1)
    if wrong.any():
        raise LinAlgError(
            f"linalg.svd: {_of_batch(a, int(wrong.argmax()))}The algorithm failed to converge because the input matrix "
            "contained non-finite values."
        )
    if np.isfinite(a).all():
        return _singular_vectors.svd(a, full_matrices)
    return [part * np.nan for part in np.linalg.svd(np.zeros_like(a), full_matrices=full_matrices)]


def qr(a: Array, mode: str) -> Any:
    check_matrix("linalg.qr", a)
    check_floating("linalg.qr", a)
    if mode not in ("reduced", "complete", "r"):
        raise RuntimeError(
            f"qr received unrecognized mode '{mode}' but expected one of 'reduced' (default), 'r', or 'complete'"
        )
    if mode == "r":
        r = np.asarray(np.linalg.qr(a, mode="r")) if np.isfinite(a).all() else _nonfinite.qr(a, "reduced")[1]
        return np.zeros((0,), dtype=a.dtype), by_columns(r)
    kind: Literal["complete", "reduced"] = "complete" if mode == "complete" else "reduced"
    q, r = np.linalg.qr(a, mode=kind) if np.isfinite(a).all() else _nonfinite.qr(a, kind)
    return by_columns(q), by_columns(r)


def lu(a: Array, pivot: bool) -> Any:
    if a.ndim < 2:
        raise RuntimeError(
            f"linalg.lu: Expected tensor with 2 or more dimensions. Got size: {bracketed(a.shape)} instead"
        )
    check_kernel("lu_cpu", a)
    return _lu.unpack(*_lu.factored(a, pivot), True, pivot)


def lu_solve(lu: Array, pivots: Array, b: Array, left: bool, adjoint: bool) -> Any:
    name = "linalg.lu_solve"
    check_floating("torch." + name, lu)
    check_matrix(name, lu, "LU")
    check_matrix(name, b, "B")
    check_same_dtype(name, lu, b, ("LU", "B"))
    if pivots.dtype != np.int32:
        raise RuntimeError(f"{name}: pivots should be a Tensor of scalar type torch.int32")
    check_square("torch." + name, lu)
    check_equation(name, lu, b, left)
    if pivots.shape[-1] != lu.shape[-1]:
        raise RuntimeError(f"{name}: Number of pivots per batch should be same as the dimension of the matrix")
    found = _lu.solved(lu, pivots, b, left, adjoint)
    return by_columns(found) if left else canonical(found)


def svd(a: Array, full_matrices: bool) -> Any:
    check_matrix("linalg.svd", a)
    check_floating("linalg.svd", a)
    u, s, vh = finite_svd(a, full_matrices)
    return by_columns(u), s, by_columns(vh)


def eigh(a: Array, UPLO: str) -> Any:
    check_square("linalg.eigh", a)
    if UPLO.upper() not in ("L", "U"):
        raise RuntimeError(f"Expected UPLO argument to be 'L' or 'U', but got {UPLO}")
    check_kernel("linalg_eigh_cpu", a)
    try:
        values, vectors = np.linalg.eigh(a, UPLO=UPLO)  # type: ignore[call-overload]
    except np.linalg.LinAlgError:
        raise LinAlgError(_NOT_CONVERGED.format(max(a.shape[-1] - 1, 1))) from None
    if np.isfinite(a).all():
        from ._symmetric_eigenvectors import turned_as_mkl  # most programs ask for no eigenvectors

        vectors = turned_as_mkl(a, vectors, UPLO.upper() == "U")
    return values, by_columns(vectors)


def symmetric_eigenvalues(a: Array, UPLO: str) -> Array:
    """The eigenvalues alone. Raises LinAlgError where they are not found."""
    try:
        return np.linalg.eigvalsh(a, UPLO=UPLO)  # type: ignore[call-overload, no-any-return]
    except np.linalg.LinAlgError:
        raise LinAlgError(_NOT_CONVERGED.format(1)) from None


_NOT_CONVERGED = (
    "linalg.eigh: The algorithm failed to converge because the input matrix is ill-conditioned or has too many "
    "repeated eigenvalues (error code: {})."
)


def eig(a: Array) -> Any:
    if a.dtype.kind not in INEXACT:
        raise RuntimeError(f"Unknown Complex ScalarType for {label(a.dtype)}")
    if a.ndim > 1 and not np.isfinite(a).all():
        raise RuntimeError("torch.linalg.eig: input tensor should not contain infs or NaNs.")
    check_square("linalg.eig", a)
    kind = dtypes.of(a).to_complex().numpy
    values, vectors = np.linalg.eig(a)
    return values.astype(kind), by_columns(vectors.astype(kind))


def pinv(a: Array, atol: Any, rtol: Any, hermitian: bool) -> Any:
    """The pseudo-inverse: singular values that are next to zero, by the tolerances, count as zero."""
    if a.ndim < 2 or a.dtype.kind not in INEXACT:
        raise RuntimeError(
            f"linalg.pinv({label(a.dtype)}{{{bracketed(a.shape)}}}): expected a tensor with 2 or more dimensions of "
            "float, double, cfloat or cdouble types"
        )
    if a.size == 0:
        return np.zeros((*a.shape[:-2], a.shape[-1], a.shape[-2]), dtype=a.dtype)
    if hermitian:
        check_square("linalg.eigh", a)
        s, u = eigh(a, "L")
        return np.matmul(u * _inverted(s, a.shape, atol, rtol)[..., None, :], adjoint_of(u))
    u, s, vh = finite_svd(a, False)
    return np.matmul(adjoint_of(vh) * _inverted(s, a.shape, atol, rtol)[..., None, :], adjoint_of(u))


def _inverted(s: Array, shape: tuple[int, ...], atol: Any, rtol: Any) -> Array:
    size = np.abs(s)
    return np.where(size > tolerance(size, shape, atol, rtol), 1 / s, 0).astype(s.dtype)


def tolerance(size: Array, shape: tuple[int, ...], atol: Any, rtol: Any) -> Any:
    """Up to where a singular value counts as zero; without tolerances, a little of the greatest."""
    absolute = np.asarray(0.0 if atol is None else atol, dtype=size.dtype)
    if rtol is None:
        relative = np.where(absolute > 0, 0.0, max(shape[-2:]) * np.finfo(size.dtype).eps).astype(size.dtype)
    else:
        relative = np.asarray(rtol, dtype=size.dtype)
    greatest = np.max(size, axis=-1, keepdims=True, initial=0)
    return np.maximum(absolute[..., None], relative[..., None] * greatest)


def matrix_exp(a: Array) -> Any:
    check_floating("linalg.matrix_exp", a)
    check_square("linalg.matrix_exp", a)
    return exponential(a)


def trace(a: Array) -> Any:
    if a.dtype.kind == "b":
        raise NotImplementedError("\"trace\" not implemented for 'Bool'")
    if a.ndim != 2:
        raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {a.ndim}")
    return np.trace(a, dtype=np.int64 if a.dtype.kind in "iu" else None)


def cross(a: Array, b: Array, dim: int) -> Any:
    if a.ndim != b.ndim:
        raise RuntimeError("linalg.cross: inputs must have the same number of dimensions.")
    normalize_dim(dim, a.ndim)
    if a.shape[dim] != 3 or b.shape[dim] != 3:
        raise RuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {a.shape[dim]} and {b.shape[dim]}"
        )
    np.broadcast_shapes(a.shape, b.shape)
    if a.dtype.kind == "b":
        raise NotImplementedError("\"cross\" not implemented for 'Bool'")
    if a.dtype != b.dtype:
        raise RuntimeError(f"expected scalar type {label(a.dtype)} but found {label(b.dtype)}")
    return np.cross(a, b, axis=dim)


def dist(x: Array, y: Array, p: float) -> Any:
    if x.dtype.kind == "b":
        raise RuntimeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` "
            "operator instead."
        )
    if x.dtype.kind not in INEXACT:
        raise RuntimeError(
            f"norm(): input dtype should be either floating point or complex. Got {label(x.dtype)} instead."
        )
    return vector_norm(x - y, p, None, False, None)


def cdist(x: Array, y: Array, p: float) -> Any:
    if x.shape[-1] != y.shape[-1]:
        raise RuntimeError(f"X1 and X2 must have the same number of columns. X1: {x.shape[-1]} X2: {y.shape[-1]}")
    if p < 0:
        raise RuntimeError("cdist only supports non-negative p values")
    return distances_of_pairs(x, y, p)
