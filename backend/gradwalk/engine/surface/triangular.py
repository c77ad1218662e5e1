"""What is solved and inverted by triangular factors and reflections: names of ``torch`` and of ``torch.linalg``."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ..op import OPS
from ..ops._matrix_checks import refuse_where, unsolved
from ..ops._triangular import geqrf as _geqrf_of_arrays
from ..tensor import Tensor, wrap
from ..warn import warn_once
from .decomposition import inv, solve
from .dimensions import permute
from .factorizations import factored
from .factorizations import lu_solve as _linalg_lu_solve
from .registry import linalg, public
from .results import named
from .shape import expand, reshape
from .sizes import made

_solve_ex = named("linalg_solve_ex", "result", "info")
_triangular_solve = named("triangular_solve", "solution", "cloned_coefficient")
_lu_with_info = named("_lu_with_info", "LU", "pivots", "info")
_geqrf = named("geqrf", "a", "tau")

_PLACE = "(Triggered internally at /__w/pytorch/pytorch/aten/src/ATen/native/BatchLinearAlgebra.cpp:{})"
_CHOLESKY = (
    "torch.cholesky is deprecated in favor of torch.linalg.cholesky and will be removed in a future PyTorch release.\n"
    "L = torch.cholesky(A)\nshould be replaced with\nL = torch.linalg.cholesky(A)\nand\nU = torch.cholesky(A, "
    "upper=True)\nshould be replaced with\nU = torch.linalg.cholesky(A).mH\nThis transform will produce equivalent "
    "results for all valid (symmetric positive definite) inputs. " + _PLACE.format("1765.")
)
_LU = (
    "torch.lu is deprecated in favor of torch.linalg.lu_factor / torch.linalg.lu_factor_ex and will be removed in a "
    "future PyTorch release.\nLU, pivots = torch.lu(A, compute_pivots)\nshould be replaced with\nLU, pivots = "
    "torch.linalg.lu_factor(A, compute_pivots)\nand\nLU, pivots, info = torch.lu(A, compute_pivots, get_infos=True)\n"
    "should be replaced with\nLU, pivots, info = torch.linalg.lu_factor_ex(A, compute_pivots) " + _PLACE.format("2073.")
)
_TRIANGULAR_SOLVE = (
    "torch.triangular_solve is deprecated in favor of torch.linalg.solve_triangularand will be removed in a future "
    "PyTorch release.\ntorch.linalg.solve_triangular has its arguments reversed and does not return a copy of one of "
    "the inputs.\nX = torch.triangular_solve(B, A).solution\nshould be replaced with\nX = "
    "torch.linalg.solve_triangular(A, B). " + _PLACE.format("2273.")
)
_LU_SOLVE = (
    "torch.lu_solve is deprecated in favor of torch.linalg.lu_solveand will be removed in a future PyTorch release.\n"
    "Note that torch.linalg.lu_solve has its arguments reversed.\nX = torch.lu_solve(B, LU, pivots)\nshould be "
    "replaced with\nX = torch.linalg.lu_solve(LU, pivots, B) " + _PLACE.format("2230.")
)


@public(name="cholesky")
def _cholesky_of_old(input: Tensor, upper: bool = False) -> Tensor:
    warn_once(_CHOLESKY)
    return OPS["cholesky"](input, upper=upper)


@public()
def cholesky_inverse(input: Tensor, upper: bool = False) -> Tensor:
    """The inverse of a matrix by its Cholesky factor."""
    return OPS["cholesky_inverse"](input, upper=upper)


@public()
def cholesky_solve(input: Tensor, input2: Tensor, upper: bool = False) -> Tensor:
    """The solution of an equation by the Cholesky factor of its matrix."""
    return OPS["cholesky_solve"](input, input2, upper=upper)


@public()
def triangular_solve(
    input: Tensor, A: Tensor, upper: bool = True, transpose: bool = False, unitriangular: bool = False
) -> Any:
    """The solution of ``A @ X = input`` for a triangular A, and a copy of A."""
    solved = OPS["triangular_solve"].several(input, A, upper=upper, transpose=transpose, unitriangular=unitriangular)
    warn_once(_TRIANGULAR_SOLVE)
    return _triangular_solve(solved)


@public()
def lu_solve(input: Tensor, LU_data: Tensor, LU_pivots: Tensor) -> Tensor:
    """The solution of an equation by the LU factors of its matrix."""
    warn_once(_LU_SOLVE)
    return _linalg_lu_solve(LU_data, LU_pivots, input)


@public(function=False, name="lu")
def _lu_method(self: Tensor, pivot: bool = True, get_infos: bool = False) -> Any:
    return tuple(_lu_of_old(self, pivot, get_infos))


@public(method=False, name="lu")
def _lu_of_old(A: Tensor, pivot: bool = True, get_infos: bool = False, out: Any = None) -> Any:
    warn_once(_LU)
    factors, pivots = factored("torch.lu_factor", A, pivot)
    found = (factors, pivots, _where_zero(factors, pivots)) if get_infos else (factors, pivots)
    if out is None:
        return _lu_with_info(found) if get_infos else found
    if len(out) != len(found):
        raise TypeError(f"expected tuple of {len(found)} elements but got {len(out)}")
    if not isinstance(out, tuple | list):
        raise TypeError(f"argument 'out' must be tuple of Tensors, not {type(out).__name__}")
    for target, result in zip(out, found, strict=True):
        target.resize_as_(result).copy_(result)
    return out


def _where_zero(factors: Tensor, pivots: Tensor) -> Tensor:
    """The first diagonal element of U that is zero, counted from 1; 0 if there is none."""
    k = pivots.shape[-1]
    zero = np.einsum("...ii->...i", factors._array[..., :k, :k]) == 0
    found = np.where(zero.any(axis=-1), zero.argmax(axis=-1) + 1, 0) if k else np.zeros(zero.shape[:-1])
    return wrap(np.asarray(found, dtype=np.int32))


@linalg
def solve_ex(A: Tensor, B: Tensor, *, left: bool = True, check_errors: bool = False) -> Any:
    """The solution of a linear equation, and whether there was one."""
    result, _, _, info = OPS["linalg_solve_ex"].several(A, B, left=left)
    if check_errors:
        refuse_where(info._array, unsolved("linalg.solve_ex"))
    return _solve_ex((result, info))


@public()
def geqrf(input: Tensor) -> Any:
    """The QR decomposition as LAPACK leaves it: R, below it the vectors of the reflections, and their factors."""
    vectors, tau = (made("tensor", x, False, {}, (input,)) for x in _geqrf_of_arrays(input._array))
    return _geqrf((vectors, tau))


@linalg
def householder_product(input: Tensor, tau: Tensor) -> Tensor:
    """The first columns of a product of reflections."""
    return OPS["linalg_householder_product"](input, tau)


public(name="orgqr")(householder_product)


@public()
def ormqr(input: Tensor, input2: Tensor, input3: Tensor, left: bool = True, transpose: bool = False) -> Tensor:
    """A matrix times a product of reflections."""
    return OPS["ormqr"](input, input2, input3, left=left, transpose=transpose)


@linalg
def vander(x: Tensor, *, N: int | None = None) -> Tensor:
    """The powers of numbers from 0 up, a row for each."""
    if x._array.dtype.kind == "b":
        raise RuntimeError("linalg.vander supports floating point, complex, and integer tensors, but got Bool")
    count = (x.shape[-1] if x.ndim else 1) if N is None else N
    if count < 2 and (N is not None or not x.ndim):
        raise RuntimeError("N must be greater than 1.")
    column = OPS["unsqueeze"](OPS["unsqueeze"](x, dim=-1) if x.ndim == 0 else x, dim=-1)
    powers = OPS["cumprod"](expand(column, (*column.shape[:-1], count - 1)), dim=-1, dtype=None)
    ones = wrap(np.ones(tuple(column.shape), dtype=powers._array.dtype))
    return OPS["cat"](ones, powers, dim=-1)


@linalg
def tensorinv(A: Tensor, ind: int = 2) -> Tensor:
    """The inverse of what ``tensordot`` does with a tensor."""
    if ind <= 0:
        raise RuntimeError(f"Expected a strictly positive integer for 'ind', but got {ind}")
    rows, columns = prod(A.shape[ind:]), prod(A.shape[:ind])
    if rows != columns:
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but got "
            f"{rows} != {columns}"
        )
    inverse = inv(reshape(A, (rows, columns)))
    return reshape(inverse, (*A.shape[ind:], *A.shape[:ind]))


@linalg
def tensorsolve(A: Tensor, B: Tensor, dims: Any = None) -> Tensor:
    """The X for which ``tensordot(A, X, X.ndim)`` is B."""
    if dims is not None:
        last = [d % A.ndim for d in dims]
        A = permute(A, [*(d for d in range(A.ndim) if d not in last), *last])
    rest = tuple(A.shape[B.ndim :])
    size, count = prod(rest), prod(A.shape[: B.ndim])
    if size != count:
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == prod(self.shape[:other.ndim]), "
            f"but got {size} != {count}"
        )
    matrix, right = reshape(A, (size, size)), reshape(B, (size,))
    return reshape(solve(matrix, right), rest)
