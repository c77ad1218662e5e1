"""``torch.svd_lowrank`` and ``torch.pca_lowrank``: singular vectors of what random vectors find of a matrix."""

from __future__ import annotations

from typing import Any

from .. import dtypes
from ..op import OPS
from ..tensor import Tensor
from .decomposition import qr, svd
from .linalg import matmul
from .registry import FUNCTIONS, METHODS, public
from .shape import expand


def _basis(A: Tensor, q: int, niter: int, M: Tensor | None) -> Tensor:
    """Orthonormal columns, as many as ``q``, near to all columns of a matrix (Halko, Martinsson and Tropp)."""
    kind = A.dtype if A.dtype.category >= dtypes.FLOATING else dtypes.float32
    x = FUNCTIONS["randn"](A.shape[-1], q, dtype=kind)
    basis = qr(_times(A, M, x)).Q
    for _ in range(niter):
        basis = qr(_times(A.mH, None if M is None else M.mH, basis)).Q
        basis = qr(_times(A, M, basis)).Q
    found: Tensor = basis
    return found


def _times(A: Tensor, M: Tensor | None, x: Tensor) -> Tensor:
    product = matmul(A, x)
    return product if M is None else OPS["sub"](product, matmul(M, x))


@public(method=False)
def svd_lowrank(A: Tensor, q: int | None = 6, niter: int | None = 2, M: Tensor | None = None) -> Any:
    """``A - M`` as ``U @ diag(S) @ V.mH`` of rank ``q``, nearly."""
    q, niter = 6 if q is None else q, 2 if niter is None else niter
    wide = A.shape[-2] < A.shape[-1]
    if M is not None:
        M = expand(M, tuple(A.shape))
    if wide:
        A, M = A.mH, None if M is None else M.mH
    basis = _basis(A, q, niter, M)
    across = basis.mH
    inside = matmul(across, A)
    if M is not None:
        inside = OPS["sub"](inside, matmul(basis.mH, M))
    u, s, vh = svd(inside, full_matrices=False)
    v, u = vh.mH, matmul(basis, u)
    return (v, s, u) if wide else (u, s, v)


@public(method=False)
def pca_lowrank(A: Tensor, q: int | None = None, center: bool = True, niter: int = 2) -> Any:
    """The principal components of observations in rows, in the columns of the last of ``U, S, V``."""
    least = min(A.shape[-2:])
    if q is None:
        q = min(6, least)
    elif not 0 <= q <= least:
        raise ValueError(f"q(={q}) must be non-negative integer and not greater than min(m, n)={least}")
    if niter < 0:
        raise ValueError(f"niter(={niter}) must be non-negative integer")
    if center:
        A = OPS["sub"](A, METHODS["mean"](A, dim=(-2,), keepdim=True))
    return svd_lowrank(A, q, niter)
