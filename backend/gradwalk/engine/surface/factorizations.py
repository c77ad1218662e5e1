"""``torch.linalg``'s LU and LDL factorizations, and the older names of them in ``torch``."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..apply import check_kernel
from ..errors import bracketed
from ..op import OPS
from ..ops._lu import zero_pivots
from ..ops._matrix_checks import check_floating, check_square
from ..tensor import Tensor, wrap
from .registry import linalg, public
from .results import named

_lu = named("linalg_lu", "P", "L", "U")
_lu_factor = named("linalg_lu_factor", "LU", "pivots")
_lu_factor_ex = named("linalg_lu_factor_ex", "LU", "pivots", "info")
_ldl_factor = named("linalg_ldl_factor", "LD", "pivots")
_ldl_factor_ex = named("linalg_ldl_factor_ex", "LD", "pivots", "info")
_lu_unpack = named("lu_unpack", "P", "L", "U")


@linalg
def lu(A: Tensor, *, pivot: bool = True) -> Any:
    """``A = P @ L @ U``: a permutation, a lower and an upper triangular matrix."""
    need_pivots(pivot)
    lower, upper, permutation = OPS["linalg_lu"].several(A, pivot=pivot)
    return _lu((permutation, lower, upper))


def need_pivots(pivot: bool) -> None:
    """Raises RuntimeError for a factorization without exchanges of rows, which PyTorch has on GPUs only."""
    if not pivot:
        raise RuntimeError("linalg.lu_factor: LU without pivoting is not implemented on the CPU")


def factored(name: str, A: Tensor, pivot: bool) -> tuple[Tensor, Tensor]:
    """Both factors in one matrix, and the exchanges of rows."""
    if A.ndim < 2:
        raise RuntimeError(f"{name}: Expected tensor with 2 or more dimensions. Got size: {bracketed(A.shape)} instead")
    check_kernel("lu_cpu", A._array)
    need_pivots(pivot)
    factors, pivots = OPS["linalg_lu_factor_ex"].several(A, pivot=pivot)
    return factors, pivots


@linalg
def lu_factor(A: Tensor, *, pivot: bool = True) -> Any:
    """Both factors in one matrix, and the exchanges of rows. Raises RuntimeError for a zero on the diagonal."""
    factors, pivots = factored("torch.lu_factor", A, pivot)
    _refuse_zeros("torch.linalg.lu_factor", factors)
    return _lu_factor((factors, pivots))


def _refuse_zeros(name: str, factors: Tensor) -> None:
    info = zero_pivots(factors._array)
    if info.any():
        number = int(np.flatnonzero(info)[0])
        which = f"(Batch element {number}): " if factors.ndim > 2 else ""
        place = info.flat[number]
        raise RuntimeError(
            f"{name}: {which}U[{place},{place}] is zero and using it on lu_solve would result in a division by zero. "
            "If you still want to perform the factorization, consider calling linalg.lu(A, pivot) or "
            "linalg.lu_factor_ex(A, pivot)"
        )


@linalg
def lu_factor_ex(A: Tensor, *, pivot: bool = True, check_errors: bool = False) -> Any:
    """:func:`lu_factor`, and where a pivot is zero: its place counted from 1, or 0."""
    factors, pivots = factored("torch.lu_factor_ex", A, pivot)
    if check_errors:
        _refuse_zeros("torch.linalg.lu_factor_ex", factors)
    info = zero_pivots(factors._array)
    return _lu_factor_ex((factors, pivots, wrap(np.asarray(info, dtype=np.int32))))


@linalg
def lu_solve(LU: Tensor, pivots: Tensor, B: Tensor, *, left: bool = True, adjoint: bool = False) -> Tensor:
    """The solution of ``A @ X = B`` by the factors of A."""
    return OPS["linalg_lu_solve"](LU, pivots, B, left=left, adjoint=adjoint)


@public(method=False)
def lu_unpack(LU_data: Tensor, LU_pivots: Tensor, unpack_data: bool = True, unpack_pivots: bool = True) -> Any:
    """Permutation, lower and upper factor, from both factors in one matrix."""
    if LU_pivots._array.dtype != np.int32 and unpack_pivots:
        raise RuntimeError(
            "torch.lu_unpack: LU_pivots is expected to be a contiguous tensor of torch.int32 dtype.\n"
            "Note: this function is intended to be used with the output produced by torch.linalg.lu_factor"
        )
    lower, upper, permutation = OPS["lu_unpack"].several(
        LU_data, LU_pivots, unpack_data=unpack_data, unpack_pivots=unpack_pivots
    )
    return _lu_unpack((permutation, lower, upper))


@linalg
def ldl_factor_ex(A: Tensor, *, hermitian: bool = False, check_errors: bool = False) -> Any:
    """``A = L @ D @ L.T`` for a symmetric A, the exchanges of rows, and where D has a zero, counted from 1, or 0."""
    return _ldl_factor_ex(_ldl("torch.linalg.ldl_factor_ex", A, hermitian, check_errors))


@linalg
def ldl_factor(A: Tensor, *, hermitian: bool = False) -> Any:
    """:func:`ldl_factor_ex` without the last. Raises RuntimeError where D has a zero."""
    return _ldl_factor(_ldl("torch.linalg.ldl_factor", A, hermitian, True)[:2])


def _ldl(name: str, A: Tensor, hermitian: bool, check_errors: bool) -> tuple[Tensor, Tensor, Tensor]:
    check_square("torch.linalg.ldl_factor_ex", A._array)
    check_floating("torch.linalg.ldl_factor_ex", A._array)
    factors, pivots = OPS["linalg_ldl_factor_ex"].several(A, hermitian=hermitian)
    diagonal = np.einsum("...ii->...i", factors._array)
    zero = ((diagonal == 0) | np.isnan(diagonal)) & (pivots._array > 0)
    info = np.where(zero.any(axis=-1), zero.argmax(axis=-1) + 1, 0) if zero.shape[-1] else np.zeros(zero.shape[:-1])
    if check_errors and info.any():
        raise RuntimeError(_UNKNOWN_CODE.format(name, int(info.reshape(-1)[info.reshape(-1).argmax()])))
    return factors, pivots, wrap(np.asarray(info, dtype=np.int32))


_UNKNOWN_CODE = (
    'false INTERNAL ASSERT FAILED at "/__w/pytorch/pytorch/aten/src/ATen/native/BatchLinearAlgebra.cpp":1642, please '
    "report a bug to PyTorch. {}: Unknown error code: {}."
)


@linalg
def ldl_solve(LD: Tensor, pivots: Tensor, B: Tensor, *, hermitian: bool = False) -> Tensor:
    """The solution of ``A @ X = B`` by :func:`ldl_factor`'s factors of A."""
    name = "torch.linalg.ldl_solve"
    check_square(name, LD._array)
    if B.ndim < 2:
        raise IndexError(f"Dimension out of range (expected to be in range of [-{B.ndim}, {B.ndim - 1}], but got -2)")
    if LD.dtype is not B.dtype:
        label = [x.dtype.legacy_name.removesuffix("Tensor") for x in (B, LD)]
        raise RuntimeError(
            f"Expected b and A to have the same dtype, but found b of type {label[0]} and A of type {label[1]} instead."
        )
    if LD.shape[-1] != B.shape[-2]:
        n, (rows, columns) = LD.shape[-1], B.shape[-2:]
        raise RuntimeError(
            f"Incompatible matrix sizes for {name}: each A matrix is {n} by {n} but each b matrix is {rows} by "
            f"{columns}"
        )
    if LD.shape[:-1] != pivots.shape:
        raise RuntimeError(
            f"{name}: Expected LD.shape[:-1] and pivots.shape to be the same, but got pivots with shape "
            f"{list(pivots.shape)} instead"
        )
    if pivots._array.dtype.kind not in "iu":
        label = [pivots.dtype.legacy_name.removesuffix("Tensor")]
        raise RuntimeError(f"{name}: Expected pivots to be integers. Got {label[0]}")
    return OPS["linalg_ldl_solve"](LD, pivots, B, hermitian=hermitian)
