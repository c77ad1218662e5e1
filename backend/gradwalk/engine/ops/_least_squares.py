"""The forward of least squares, for batches, with what each of LAPACK's drivers tells beside the solution."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import INEXACT, Array
from ..memory_format import by_columns
from ._lu import adjoint_of
from ._matrix_checks import LinAlgError
from ._words import label

DRIVERS = ("gels", "gelsy", "gelsd", "gelss")


def lstsq(a: Array, b: Array, rcond: float | None, driver: str) -> tuple[Array, Array, Array, Array]:
    """Solution; squares of what it misses, summed; rank; singular values. What a driver does not tell is empty."""
    _check(a, b, driver)
    vector = a.ndim - b.ndim == 1
    right = b[..., None] if vector else b
    m, n = a.shape[-2:]
    nothing = np.zeros((0,), a.real.dtype)
    _refuse_nan(a, right, driver)
    if not np.isfinite(a).all():
        return _without_end(a, right, driver, vector)
    u, s, vh = np.linalg.svd(a.astype(np.complex128 if a.dtype.kind == "c" else np.float64), full_matrices=False)
    counts = s > _least(s, a, rcond)
    rank = counts.sum(axis=-1) if right.size else np.zeros(a.shape[:-2], np.int64)
    full = bool(np.all(rank == n)) if a.size else driver == "gels" or n == 0 or m == 0
    if driver == "gels" and a.size and not np.all(s[..., -1] > np.finfo(np.float64).eps * s[..., 0]):
        raise LinAlgError(_DEFICIENT.format(_first_deficient(s)))
    inverted = np.where(counts | (driver == "gels"), 1 / np.where(s == 0, 1, s), 0)
    wide = adjoint_of(vh) @ (inverted[..., None] * (adjoint_of(u) @ right))
    if not np.isfinite(right).all():
        wide = np.full_like(wide, np.nan)
    solution = _within_rows(wide.astype(a.dtype), max(m, n))
    residuals = nothing
    if m > n and driver != "gelsy" and full:
        missed = np.abs(a @ wide - right) * bool(n)  # PyTorch solves nothing where there is no column
        residuals = np.square(missed).sum(axis=-2).astype(a.real.dtype)
    return (
        solution[..., 0] if vector else solution,
        residuals,
        nothing.astype(np.int64) if driver == "gels" else np.asarray(rank, np.int64),
        s.astype(a.real.dtype) if driver in ("gelsd", "gelss") else nothing,
    )


def _within_rows(array: Array, rows: int) -> Array:
    """A copy by columns that lies in memory for matrices of so many ``rows``, as LAPACK leaves solutions."""
    *batch, count, columns = array.shape
    copy = np.zeros((*batch, columns, rows), array.dtype).swapaxes(-2, -1)[..., :count, :]
    copy[...] = array
    return copy


def _without_end(a: Array, right: Array, driver: str, vector: bool) -> tuple[Array, Array, Array, Array]:
    """NaN for a matrix that holds infinite numbers."""
    batch = np.broadcast_shapes(a.shape[:-2], right.shape[:-2])
    solution = np.full((*batch, a.shape[-1], right.shape[-1]), np.nan, a.dtype)
    nothing = np.zeros((0,), a.real.dtype)
    return (
        solution[..., 0] if vector else by_columns(solution),
        nothing,
        nothing.astype(np.int64) if driver == "gels" else np.zeros(a.shape[:-2], np.int64),
        np.full((*a.shape[:-2], min(a.shape[-2:])), np.nan, a.real.dtype) if driver in ("gelsd", "gelss") else nothing,
    )


def _refuse_nan(a: Array, right: Array, driver: str) -> None:
    """Raises RuntimeError in PyTorch's words for NaN."""
    for number, given in ((5 if driver == "gels" else 4, a), (7 if driver == "gels" else 6, right)):
        if np.isnan(given).any():
            raise RuntimeError(
                'false INTERNAL ASSERT FAILED at "/__w/pytorch/pytorch/aten/src/ATen/native/BatchLinearAlgebra.cpp":'
                f"1613, please report a bug to PyTorch. torch.linalg.lstsq: Argument {number} has illegal value. Most "
                "certainly there is a bug in the implementation calling the backend library."
            )


def _least(s: Array, a: Array, rcond: float | None) -> Any:
    small = np.finfo(a.dtype).eps * max(a.shape[-2:]) if rcond is None else rcond
    return small * np.max(s, axis=-1, keepdims=True, initial=0)


def _first_deficient(s: Array) -> str:
    if s.ndim == 1:
        return ""
    flat = s.reshape(-1, s.shape[-1])
    first = np.argmin(flat[:, -1] > np.finfo(np.float64).eps * flat[:, 0])
    return f"(Batch element {first}): "


_DEFICIENT = (
    "torch.linalg.lstsq: {}The least squares solution could not be computed because the input matrix does not have "
    "full rank (error code: 2)."
)


def _check(a: Array, b: Array, driver: str) -> None:
    words = None
    behind = a.ndim - b.ndim
    if a.ndim < 2:
        words = "input must have at least 2 dimensions."
    elif b.ndim < 1:
        words = "other must have at least 1 dimension."
    elif a.dtype != b.dtype:
        words = (
            "Expected input and other to have the same dtype, but got input's dtype "
            f"{label(a.dtype)} and other's dtype {label(b.dtype)}"
        )
    elif behind not in (0, 1):
        words = "input.dim() must be greater or equal to other.dim() and (input.dim() - other.dim()) <= 1"
    elif a.shape[-2] != b.shape[-1 if behind else -2]:
        words = f"input.size(-2) should match other.size({'-1' if behind else '-2'})"
    elif driver not in DRIVERS:
        words = f"parameter `driver` should be one of ({', '.join(DRIVERS)})"
    if words is not None:
        raise RuntimeError(f"torch.linalg.lstsq: {words}")
    if a.dtype.kind not in INEXACT:
        raise RuntimeError("This function doesn't handle types other than float and double")
