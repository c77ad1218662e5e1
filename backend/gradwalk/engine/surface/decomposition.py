"""``torch.linalg``: matrix functions and decompositions, and the older names of them in ``torch``."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..apply import apply_in_place
from ..dtypes import INEXACT
from ..op import OPS
from ..ops._decompositions import finite_svd, symmetric_eigenvalues, tolerance
from ..ops._matrix_checks import (
    check_floating,
    check_matrix,
    check_same_dtype,
    check_square,
    not_positive,
    refuse_where,
    singular,
    unsolved,
)
from ..ops._words import label
from ..tensor import Tensor, wrap
from ..warn import warn_once
from ..written import written
from .complexes import about_to_be_complex, conj
from .linalg import matmul as product
from .matrices import chain, vdot
from .registry import FUNCTIONS, METHODS, linalg, must_be_tensor, public
from .results import named
from .sizes import filled, made

_slogdet = named("linalg_slogdet", "sign", "logabsdet")
_old_slogdet = named("slogdet", "sign", "logabsdet")
_qr, _old_qr = named("linalg_qr", "Q", "R"), named("qr", "Q", "R")
_svd, _old_svd = named("linalg_svd", "U", "S", "Vh"), named("svd", "U", "S", "V")
_eig = named("linalg_eig", "eigenvalues", "eigenvectors")
_eigh = named("linalg_eigh", "eigenvalues", "eigenvectors")
_lstsq = named("linalg_lstsq", "solution", "residuals", "rank", "singular_values")
_inv_ex = named("linalg_inv_ex", "inverse", "info")
_cholesky_ex = named("linalg_cholesky_ex", "L", "info")


@linalg
def inv(A: Tensor) -> Tensor:
    """The inverse of a square matrix."""
    inverse, info = OPS["linalg_inv_ex"].several(must_be_tensor("linalg_inv", "A", 1, A))
    refuse_where(info._array, singular("linalg.inv"))
    return inverse


public(name="inverse")(inv)


@linalg
def inv_ex(A: Tensor, *, check_errors: bool = False) -> Any:
    """The inverse, and which of its pivots is zero, counted from 1, or 0."""
    inverse, info = OPS["linalg_inv_ex"].several(A)
    if check_errors:
        refuse_where(info._array, singular("linalg.inv_ex"))
    return _inv_ex((inverse, info))


@linalg
def det(A: Tensor) -> Tensor:
    """The determinant of a square matrix."""
    return OPS["linalg_det"].several(must_be_tensor("linalg_det", "A", 1, A))[0]


public()(det)


@linalg
def slogdet(A: Tensor) -> Any:
    """Sign and logarithm of the determinant."""
    return _slogdet(OPS["linalg_slogdet"].several(A)[:2])


@public(name="slogdet")
def _slogdet_of_old(input: Tensor) -> Any:
    return _old_slogdet(OPS["linalg_slogdet"].several(input)[:2])


@public()
def logdet(input: Tensor) -> Tensor:
    """The logarithm of the determinant; NaN where that is negative."""
    check_floating("logdet", input._array)
    check_square("logdet", input._array)
    sign, logarithm = OPS["linalg_slogdet"].several(input)[:2]
    if sign.dtype is not logarithm.dtype:
        return OPS["add"](OPS["log"](sign), logarithm)
    nan = wrap(np.asarray(math.nan, dtype=logarithm._array.dtype))
    return OPS["where"](OPS["eq"](sign, -1.0), nan, logarithm)


@linalg
def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:
    """The solution X of ``A @ X = B``."""
    result, _, _, info = OPS["linalg_solve_ex"].several(A, B, left=left)
    refuse_where(info._array, unsolved("linalg.solve"))
    return result


@linalg
def solve_triangular(A: Tensor, B: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False) -> Tensor:
    """The solution X of ``A @ X = B`` for a triangular A."""
    return OPS["linalg_solve_triangular"](A, B, upper=upper, left=left, unitriangular=unitriangular)


@linalg
def cholesky(A: Tensor, *, upper: bool = False) -> Tensor:
    """The triangular factor L of ``A = L @ L.T``."""
    factor, info = OPS["linalg_cholesky_ex"].several(A, upper=upper)
    refuse_where(info._array, not_positive("linalg.cholesky"))
    return factor


@linalg
def cholesky_ex(A: Tensor, *, upper: bool = False, check_errors: bool = False) -> Any:
    """The triangular factor, and the order of the first leading minor that is not positive, or 0."""
    factor, info = OPS["linalg_cholesky_ex"].several(A, upper=upper)
    if check_errors:
        refuse_where(info._array, not_positive("linalg.cholesky_ex"))
    return _cholesky_ex((factor, info))


@linalg
def qr(A: Tensor, mode: str = "reduced") -> Any:
    """``A = Q @ R`` with orthonormal Q and upper triangular R."""
    return _qr(OPS["linalg_qr"].several(A, mode=mode))


@public(name="qr")
def _qr_of_old(input: Tensor, some: bool = True) -> Any:
    warn_once(_QR)
    return _old_qr(OPS["linalg_qr"].several(input, mode="reduced" if some else "complete"))


@linalg
def svd(A: Tensor, full_matrices: bool = True, *, driver: str | None = None) -> Any:
    """``A = U @ diag(S) @ Vh``."""
    _refuse_driver(driver)
    return _svd(OPS["linalg_svd"].several(A, full_matrices=full_matrices))


@public(name="svd")
def _svd_of_old(input: Tensor, some: bool = True, compute_uv: bool = True) -> Any:
    if input.ndim < 2:
        sizes = f"input should have at least 2 dimensions, but has {input.ndim} dimensions instead"
        raise RuntimeError(f"linalg.svd: {sizes}")
    if not compute_uv:
        return _old_svd(_singular_values_alone(input))
    u, s, vh = OPS["linalg_svd"].several(input, full_matrices=not some)
    return _old_svd((u, s, conj(OPS["transpose"](vh, dim0=-2, dim1=-1))))


def _singular_values_alone(input: Tensor) -> tuple[Tensor, ...]:
    """The values, between square matrices of zeros in place of vectors that nobody asked for."""
    values = svdvals(input)
    left, right = ((*input.shape[:-2], n, n) for n in input.shape[-2:])
    kind = input._array.dtype
    u, v = (written(made("zeros", filled(size, 0, kind), False, {"size": size})) for size in (left, right))
    return u, values, v


@linalg
def svdvals(A: Tensor, *, driver: str | None = None) -> Tensor:
    """Singular values, greatest first."""
    _refuse_driver(driver)
    return OPS["linalg_svd"].several(A, full_matrices=False)[1]


def _refuse_driver(driver: str | None) -> None:
    if driver is not None:
        raise RuntimeError(
            "torch.linalg.svd: keyword argument `driver=` is only supported on CUDA inputs with cuSOLVER backend."
        )


@linalg
def eigh(A: Tensor, UPLO: str = "L") -> Any:
    """Eigenvalues and eigenvectors of a symmetric matrix."""
    return _eigh(OPS["linalg_eigh"].several(A, UPLO=UPLO))


@linalg
def eigvalsh(A: Tensor, UPLO: str = "L") -> Tensor:
    """Eigenvalues of a symmetric matrix, least first."""
    if A._array.dtype.kind in INEXACT and A.ndim > 1 and not np.isfinite(A._array).all() and not A.requires_grad:
        check_square("linalg.eigh", A._array)
        symmetric_eigenvalues(A._array, UPLO)  # which fails where the vectors with them are found
    return OPS["linalg_eigh"].several(A, UPLO=UPLO)[0]


@linalg
def eig(A: Tensor) -> Any:
    """Eigenvalues and eigenvectors of a square matrix, complex. Raises RuntimeError for NaN and infinite numbers."""
    return _eig(_eigen(A))


@linalg
def eigvals(A: Tensor) -> Tensor:
    """The eigenvalues of a square matrix, complex."""
    if A._array.dtype.kind in INEXACT and not A.requires_grad:
        check_square("linalg.eigvals", A._array)
    return _eigen(A)[0]


def _eigen(A: Tensor) -> tuple[Tensor, ...]:
    about_to_be_complex(A)
    return OPS["linalg_eig"].several(A)


@linalg
def pinv(A: Tensor, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None, atol: Any = None) -> Tensor:
    """The pseudo-inverse (Moore and Penrose); singular values up to the tolerances count as zero."""
    relative = rcond if rtol is None else rtol
    for name, value in (("atol", atol), ("rtol", relative)):
        if isinstance(value, Tensor) and value.requires_grad:
            raise RuntimeError(_TOLERANCE_WITH_GRAD.format(name))
    _refuse_complex("pinv", atol=atol, rtol=relative)
    return OPS["linalg_pinv"](A, atol=_plain(atol), rtol=_plain(relative), hermitian=hermitian)


_TOLERANCE_WITH_GRAD = (
    "The function 'linalg_pinv' is not differentiable with respect to argument '{}'. This input cannot have "
    "requires_grad True."
)


def _refuse_complex(name: str, **tolerances: Any) -> None:
    for which, value in tolerances.items():
        if isinstance(value, Tensor) and value._array.dtype.kind == "c":
            raise RuntimeError(
                f"torch.linalg.{name}: {which} tensor of complex type is not supported. Got {label(value._array.dtype)}"
            )


def _plain(tolerance: Any) -> Any:
    return tolerance._array if isinstance(tolerance, Tensor) else tolerance


@linalg
def lstsq(A: Tensor, B: Tensor, rcond: float | None = None, *, driver: str | None = None) -> Any:
    """The X that makes ``A @ X - B`` least."""
    return _lstsq(OPS["linalg_lstsq"].several(A, B, rcond=rcond, driver="gelsy" if driver is None else driver.lower()))


@linalg
def matrix_rank(A: Tensor, tol: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None) -> Tensor:
    """How many singular values are not next to zero."""
    check_matrix("torch.linalg.matrix_rank", A._array, "input")
    if A._array.dtype.kind not in INEXACT:
        raise RuntimeError("This function doesn't handle types other than float and double")
    _refuse_complex("matrix_rank", atol=atol, rtol=rtol, tol=tol)
    if hermitian:
        check_square("linalg.eigh", A._array)
    s = np.abs(symmetric_eigenvalues(A._array, "L")) if hermitian else finite_svd(A._array, False)[1]
    of_all = tolerance(s, tuple(A.shape), _plain(atol), _plain(rtol)) if tol is None else None
    bound = np.asarray(_plain(tol))[..., None] if of_all is None else of_all
    return made("tensor", np.asarray((s > bound).sum(axis=-1), dtype=np.int64), False, {}, (A,))


@linalg
def matrix_exp(A: Tensor) -> Tensor:
    """The matrix exponential."""
    return OPS["linalg_matrix_exp"](A)


public(name="matrix_exp")(matrix_exp)


@linalg
def matrix_power(A: Tensor, n: int) -> Tensor:
    """A square matrix times itself, ``n`` times."""
    check_square("linalg.matrix_power", A._array)
    if n == 0:
        eye = wrap(np.broadcast_to(np.eye(A.shape[-1], dtype=A._array.dtype), A.shape).copy())
        return apply_in_place(OPS["copy"], OPS["clone"](A), eye)
    if n < 0:
        A, n = inv(A), -n
        if n == 1:
            return A
    if n == 1:
        return OPS["clone"](A)
    if n == 2:
        return product(A, A)
    if n == 3:
        return product(product(A, A), A)
    power, result = A, None
    while n > 0:
        if n % 2:
            result = power if result is None else product(result, power)
        n //= 2
        if n:
            power = product(power, power)
    assert result is not None
    return result


public(name="matrix_power")(matrix_power)


@linalg
def multi_dot(tensors: Any) -> Tensor:
    """The product of many matrices, in the cheapest order."""
    return chain("multi_dot", list(tensors))


@linalg
def cross(input: Tensor, other: Tensor, *, dim: int = -1) -> Tensor:
    """Cross product of vectors of three."""
    return OPS["linalg_cross"](input, other, dim=dim)


@linalg
def vecdot(x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
    """Dot products along a dimension."""
    check_floating("linalg.vecdot", x._array)
    check_same_dtype("linalg.vecdot", x._array, y._array, ("x", "y"))
    if x.ndim == y.ndim == 1:
        return vdot(x, y)
    return OPS["sum.dim"](OPS["mul"](conj(x), y), dim=(dim,), keepdim=False)


@linalg
def diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The diagonal of a matrix."""
    return OPS["diagonal"](A, offset=offset, dim1=dim1, dim2=dim2)


@linalg
def matmul(input: Tensor, other: Tensor) -> Tensor:
    """Matrix product."""
    return product(input, other)


_NATIVE = "(Triggered internally at /__w/pytorch/pytorch/aten/src/ATen/native/BatchLinearAlgebra.cpp:"
_QR = (
    "torch.qr is deprecated in favor of torch.linalg.qr and will be removed in a future PyTorch release.\n"
    "The boolean parameter 'some' has been replaced with a string parameter 'mode'.\nQ, R = torch.qr(A, some)\n"
    f"should be replaced with\nQ, R = torch.linalg.qr(A, 'reduced' if some else 'complete') {_NATIVE}2505.)"
)


@public(method=False)
def pinverse(input: Tensor, rcond: float = 1e-15) -> Tensor:
    """The pseudo-inverse, with a tolerance relative to the greatest singular value."""
    return OPS["linalg_pinv"](input, rtol=rcond)


METHODS["pinverse"] = FUNCTIONS["pinverse"]
