"""Forwards of matrix functions and decompositions, with PyTorch's checks and words."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from .. import dtypes
from ..dtypes import INEXACT, Array
from ..functions.equations import is_vector
from ..memory_format import by_columns
from . import _lu, _nonfinite, _singular_vectors
from ._lu import adjoint_of
from ._reductions import vector_norm
from ._words import label


class LinAlgError(RuntimeError):
    """A matrix that cannot be inverted or factored; ``torch.linalg.LinAlgError``."""

    __module__ = "torch._C"


LinAlgError.__name__ = LinAlgError.__qualname__ = "_LinAlgError"


def check_floating(name: str, a: Array) -> None:
    if a.dtype.kind not in INEXACT:
        label = dtypes.of(a).legacy_name.removesuffix("Tensor")
        raise RuntimeError(f"{name}: Expected a floating point or complex tensor as input. Got {label}")


def check_matrix(name: str, a: Array) -> None:
    if a.ndim < 2:
        raise RuntimeError(f"{name}: The input tensor A must have at least 2 dimensions.")


def check_square(name: str, a: Array) -> None:
    check_matrix(name, a)
    if a.shape[-1] != a.shape[-2]:
        raise RuntimeError(
            f"{name}: A must be batches of square matrices, but they are {a.shape[-2]} by {a.shape[-1]} matrices"
        )


def inverse(a: Array) -> Any:
    check_square("linalg.inv", a)
    check_floating("linalg.inv", a)
    try:
        if np.isfinite(a).all():
            return by_columns(np.linalg.inv(a))
    except np.linalg.LinAlgError:
        pass
    lu, pivots = _lu.factored(a)
    info = _lu.zero_pivots(lu)
    if not info.any():  # rounding alone decides whether it is singular
        one = np.broadcast_to(np.eye(a.shape[-1], dtype=a.dtype), a.shape)
        return by_columns(_lu.solved(lu, pivots, one, True, False))
    number = int(np.flatnonzero(info)[0])
    raise LinAlgError(
        f"linalg.inv: {_of_batch(a, number)}The diagonal element {info.flat[number]} is zero, the inversion could not "
        "be completed because the input matrix is singular."
    )


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
    check_square("linalg.solve", a)
    check_floating("linalg.solve", a)
    vector = is_vector(a, b)
    right = b[..., None] if vector else b
    if (right.shape[-2] if left else right.shape[-1]) != a.shape[-1]:
        sizes = f"{a.shape[-2]}x{a.shape[-1]} and {right.shape[-2]}x{right.shape[-1]}"
        equation = "AX = B" if left else "XA = B"
        raise RuntimeError(f"linalg.solve: Incompatible shapes of A and B for the equation {equation} ({sizes})")
    try:
        if not np.isfinite(a).all():
            lu, pivots = _lu.factored(a)
            if _lu.zero_pivots(lu).any():
                raise np.linalg.LinAlgError
            found = by_columns(_lu.solved(lu, pivots, right, left, False))
        elif left:
            found = by_columns(np.linalg.solve(a, right))
        else:
            found = np.swapaxes(np.linalg.solve(np.swapaxes(a, -2, -1), np.swapaxes(right, -2, -1)), -2, -1)
    except np.linalg.LinAlgError:
        number = int(np.argmax(_lu.zero_pivots(_lu.factored(a)[0]) > 0))
        raise LinAlgError(
            f"torch.linalg.solve: {_of_batch(a, number)}The solver failed because the input matrix is singular."
        ) from None
    return (found[..., 0] if vector else found, *_factors(a))


def solve_triangular(a: Array, b: Array, upper: bool, left: bool, unitriangular: bool) -> Any:
    check_square("linalg.solve_triangular", a)
    triangle = np.triu(a) if upper else np.tril(a)
    if unitriangular:
        n = a.shape[-1]
        triangle = triangle * (1 - np.eye(n, dtype=a.dtype)) + np.eye(n, dtype=a.dtype)
    if left:
        return by_columns(np.linalg.solve(triangle, b))
    return np.swapaxes(np.linalg.solve(np.swapaxes(triangle, -2, -1), np.swapaxes(b, -2, -1)), -2, -1)


def cholesky(a: Array, upper: bool) -> Any:
    check_square("linalg.cholesky", a)
    check_floating("linalg.cholesky", a)
    symmetric = np.triu(a) + adjoint_of(np.triu(a, 1)) if upper else np.tril(a) + adjoint_of(np.tril(a, -1))
    if not np.isfinite(symmetric).all():
        lower = _unbounded_cholesky(symmetric)
        return by_columns(adjoint_of(lower) if upper else lower)
    try:
        lower = np.linalg.cholesky(symmetric)
    except np.linalg.LinAlgError:
        raise _not_positive(symmetric) from None
    if not np.isfinite(lower).all():
        raise _not_positive(symmetric)
    return by_columns(adjoint_of(lower) if upper else lower)


def _unbounded_cholesky(batch: Array) -> Array:
    """The lower factors of matrices with infinite numbers. Raises LinAlgError where one is not positive, or NaN."""
    lower = np.empty_like(batch)
    for number, one in enumerate(batch.reshape(-1, *batch.shape[-2:])):
        lower.reshape(-1, *batch.shape[-2:])[number], order = _nonfinite.cholesky(one)
        if order:
            raise LinAlgError(_NOT_POSITIVE.format(_of_batch(batch, number), order))
    return lower


_NOT_POSITIVE = (
    "linalg.cholesky: {}The factorization could not be completed because the input is not positive-definite (the "
    "leading minor of order {} is not positive-definite)."
)


def _not_positive(batch: Array) -> LinAlgError:
    matrices = batch.reshape(-1, *batch.shape[-2:])
    number, order = next(
        (number, order)
        for number, one in enumerate(matrices)
        for order in range(1, one.shape[-1] + 1)
        if not _positive(one[:order, :order])
    )
    return LinAlgError(_NOT_POSITIVE.format(_of_batch(batch, number), order))


def _of_batch(batch: Array, number: int) -> str:
    return f"(Batch element {number}): " if batch.ndim > 2 else ""


def _positive(matrix: Array) -> bool:
    try:
        lower = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return False
    return bool(np.isfinite(lower).all() if len(matrix) > 1 else not np.isnan(lower).any())


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
    check_matrix("linalg.lu", a)
    check_floating("linalg.lu", a)
    return _lu.unpack(*_lu.factored(a, pivot), True, pivot)


def svd(a: Array, full_matrices: bool) -> Any:
    check_matrix("linalg.svd", a)
    check_floating("linalg.svd", a)
    u, s, vh = finite_svd(a, full_matrices)
    return by_columns(u), s, by_columns(vh)


def eigh(a: Array, UPLO: str) -> Any:
    check_square("linalg.eigh", a)
    check_floating("linalg.eigh", a)
    try:
        values, vectors = np.linalg.eigh(a, UPLO=UPLO)  # type: ignore[call-overload]
    except np.linalg.LinAlgError:
        raise LinAlgError(_NOT_CONVERGED.format(max(a.shape[-1] - 1, 1))) from None
    return values, by_columns(vectors)


_NOT_CONVERGED = (
    "linalg.eigh: The algorithm failed to converge because the input matrix is ill-conditioned or has too many "
    "repeated eigenvalues (error code: {})."
)


def eig(a: Array) -> Any:
    check_square("linalg.eig", a)
    check_floating("linalg.eig", a)
    if not np.isfinite(a).all():
        raise RuntimeError("torch.linalg.eig: input tensor should not contain infs or NaNs.")
    kind = dtypes.of(a).to_complex().numpy
    values, vectors = np.linalg.eig(a)
    return values.astype(kind), by_columns(vectors.astype(kind))


def pinv(a: Array, atol: Any, rtol: Any, hermitian: bool) -> Any:
    """The pseudo-inverse: singular values that are next to zero, by the tolerances, count as zero."""
    check_matrix("linalg.pinv", a)
    check_floating("linalg.pinv", a)
    if a.size == 0:
        return np.zeros((*a.shape[:-2], a.shape[-1], a.shape[-2]), dtype=a.dtype)
    if hermitian:
        check_square("linalg.pinv", a)
        s, u = np.linalg.eigh(a)
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
    check_square("linalg.matrix_exp", a)
    return exponential(a)


def exponential(a: Array) -> Array:
    """The matrix exponential, by scaling and squaring a Taylor series."""
    norm = float(np.abs(a).sum(axis=-1).max()) if a.size else 0.0
    if not np.isfinite(norm):
        known = np.isfinite(a).all(axis=(-2, -1), keepdims=True)
        return np.where(known, exponential(np.where(known, a, a.dtype.type(0))), a.dtype.type(np.nan))
    halvings = max(0, int(np.ceil(np.log2(norm))) + 2) if norm > 0 else 0
    scaled = a.astype(np.complex128 if a.dtype.kind == "c" else np.float64) / 2**halvings
    total = np.broadcast_to(np.eye(a.shape[-1]), a.shape).copy()
    term = total.copy()
    for k in range(1, 20):
        term = np.matmul(term, scaled) / k
        total = total + term
    for _ in range(halvings):
        total = np.matmul(total, total)
    return total.astype(a.dtype)


def trace(a: Array) -> Any:
    if a.dtype.kind == "b":
        raise NotImplementedError("\"trace\" not implemented for 'Bool'")
    if a.ndim != 2:
        raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {a.ndim}")
    return np.trace(a)


def cross(a: Array, b: Array, dim: int) -> Any:
    if a.ndim != b.ndim:
        raise RuntimeError("linalg.cross: inputs must have the same number of dimensions.")
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
    return vector_norm(x - y, p, None, False, None)


def cdist(x: Array, y: Array, p: float) -> Any:
    if x.shape[-1] != y.shape[-1]:
        raise RuntimeError(f"X1 and X2 must have the same number of columns. X1: {x.shape[-1]} X2: {y.shape[-1]}")
    if p < 0:
        raise RuntimeError("cdist only supports non-negative p values")
    gaps = np.abs(x[..., :, None, :] - y[..., None, :, :])
    if p == 2:
        return np.sqrt(np.add.reduce(gaps * gaps, axis=-1))
    if p == 0:
        return np.add.reduce(gaps != 0, axis=-1, dtype=x.dtype)
    if p == float("inf"):
        return np.maximum.reduce(gaps, axis=-1, initial=0)
    return np.add.reduce(gaps**p, axis=-1) ** (1 / p)


def euclidean(x: Array, y: Array) -> Any:
    return cdist(x, y, 2.0)
