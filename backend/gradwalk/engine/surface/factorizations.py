"""``torch.linalg``'s LU factorizations, and the older names of them in ``torch``."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import OPS
from ..ops._decompositions import LinAlgError, check_floating, check_matrix
from ..tensor import Tensor, wrap
from .decomposition import linalg
from .registry import public
from .results import named

_lu = named("linalg_lu", "P", "L", "U")
_lu_factor = named("linalg_lu_factor", "LU", "pivots")
_lu_factor_ex = named("linalg_lu_factor_ex", "LU", "pivots", "info")
_lu_unpack = named("lu_unpack", "P", "L", "U")


@linalg
def lu(A: Tensor, *, pivot: bool = True) -> Any:
    """``A = P @ L @ U``: a permutation, a lower and an upper triangular matrix."""
    lower, upper, permutation = OPS["linalg_lu"].several(A, pivot=pivot)
    return _lu((permutation, lower, upper))


def _factored(name: str, A: Tensor, pivot: bool) -> tuple[Tensor, Tensor]:
    check_matrix(name, A._array)
    check_floating(name, A._array)
    factors, pivots = OPS["linalg_lu_factor_ex"].several(A, pivot=pivot)
    return factors, pivots


@linalg
def lu_factor(A: Tensor, *, pivot: bool = True) -> Any:
    """Both factors in one matrix, and the exchanges of rows."""
    return _lu_factor(_factored("torch.lu_factor", A, pivot))


@linalg
def lu_factor_ex(A: Tensor, *, pivot: bool = True, check_errors: bool = False) -> Any:
    """:func:`lu_factor`, and where a pivot is zero: its place counted from 1, or 0."""
    factors, pivots = _factored("torch.lu_factor_ex", A, pivot)
    zero = np.einsum("...ii->...i", factors._array[..., : pivots.shape[-1], : pivots.shape[-1]]) == 0
    info = np.where(zero.any(axis=-1), zero.argmax(axis=-1) + 1, 0) if zero.shape[-1] else np.zeros(zero.shape[:-1])
    if check_errors and info.any():
        raise LinAlgError("torch.linalg.lu_factor_ex: the factor U has a zero on its diagonal.")
    return _lu_factor_ex((factors, pivots, wrap(np.asarray(info, dtype=np.int32))))


@linalg
def lu_solve(LU: Tensor, pivots: Tensor, B: Tensor, *, left: bool = True, adjoint: bool = False) -> Tensor:
    """The solution of ``A @ X = B`` by the factors of A."""
    return OPS["linalg_lu_solve"](LU, pivots, B, left=left, adjoint=adjoint)


@public(method=False)
def lu_unpack(LU_data: Tensor, LU_pivots: Tensor, unpack_data: bool = True, unpack_pivots: bool = True) -> Any:
    """Permutation, lower and upper factor, from both factors in one matrix."""
    lower, upper, permutation = OPS["lu_unpack"].several(
        LU_data, LU_pivots, unpack_data=unpack_data, unpack_pivots=unpack_pivots
    )
    return _lu_unpack((permutation, lower, upper))
