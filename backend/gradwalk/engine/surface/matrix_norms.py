"""``torch.linalg``: norms of vectors and matrices, and condition numbers."""

from __future__ import annotations

import math
from math import prod
from typing import Any

import numpy as np

from ..apply import apply_in_place
from ..dtypes import dtype as Dtype  # noqa: N812 (``dtype`` is an argument's name here)
from ..errors import bracketed
from ..functions.dims import normalize_dim
from ..op import OPS
from ..ops._matrix_checks import check_floating, check_matrix, check_square
from ..tensor import Tensor, wrap
from .decomposition import svdvals
from .dimensions import permute
from .registry import linalg
from .sizes import made


@linalg
def vector_norm(
    x: Tensor, ord: float = 2, dim: Any = None, keepdim: bool = False, *, dtype: Dtype | None = None
) -> Tensor:
    """The norm of all numbers, or along dimensions."""
    dims = (dim,) if isinstance(dim, int) else None if dim is None else tuple(dim)
    return OPS["linalg_vector_norm"](x, ord=ord, dim=dims, keepdim=keepdim, dtype=dtype)


@linalg
def matrix_norm(
    A: Tensor, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False, *, dtype: Dtype | None = None
) -> Tensor:
    """The norm of a matrix: Frobenius, nuclear, spectral, or the greatest sum of rows or columns."""
    if isinstance(ord, str) and ord not in ("fro", "nuc"):
        raise RuntimeError(f"linalg.matrix_norm: Order {ord} not supported.")
    check_matrix("linalg.matrix_norm", A._array)
    check_floating("linalg.matrix_norm", A._array)
    if len(dim) != 2:
        raise RuntimeError(f"linalg.matrix_norm: dim must be a 2-tuple. Got {' '.join(map(str, dim))}")
    first, second = (normalize_dim(d, A.ndim) for d in dim)
    if first == second:
        raise RuntimeError(f"linalg.matrix_norm: dims must be different. Got ({dim[0]}, {dim[1]})")
    if ord == "fro":
        return vector_norm(A, 2, (first, second), keepdim, dtype=dtype)
    if ord in ("nuc", 2, -2):
        rest = [d for d in range(A.ndim) if d not in (first, second)]
        order = (*rest, first, second)
        s = svdvals(permute(A, order))
        name = "sum.dim" if ord == "nuc" else "amax" if ord == 2 else "amin"
        result = _extreme(name, s, -1, keepdim)
        return permute(OPS["unsqueeze"](result, dim=-1), [order.index(d) for d in range(A.ndim)]) if keepdim else result
    if abs(ord) not in (1, math.inf):
        raise RuntimeError(f"linalg.matrix_norm: Order {ord:g} not supported.")
    along, over = (first, second) if abs(ord) == 1 else (second, first)
    sums = vector_norm(A, 1.0, (along,), keepdim, dtype=dtype)
    if not keepdim and over > along:
        over -= 1
    return _extreme("amax" if ord > 0 else "amin", sums, over, keepdim)


def _extreme(name: str, x: Tensor, dim: int, keepdim: bool) -> Tensor:
    """The greatest or least along a dimension; zero is the greatest of none."""
    if not x.shape[dim] and x._array.ndim:
        if name == "amin" and x.numel() == 0 and prod(n for d, n in enumerate(x.shape) if d != dim % x.ndim):
            raise IndexError(f"amin(): Expected reduction dim {dim} to have non-zero size.")
        name = "sum.dim"
    return OPS[name](x, dim=(dim,), keepdim=keepdim)


@linalg
def norm(A: Tensor, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: Dtype | None = None) -> Tensor:
    """:func:`vector_norm` or :func:`matrix_norm`, by the order and the dimensions."""
    if ord is None:
        return vector_norm(A, 2.0, dim, keepdim, dtype=dtype)
    if dim is None and A.ndim not in (1, 2):
        raise RuntimeError(
            f"linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got {A.ndim}D."
        )
    if dim is not None and not isinstance(dim, int) and len(dim) not in (1, 2):
        raise RuntimeError(f"linalg.norm: If dim is specified, it must be of length 1 or 2. Got {bracketed(dim)}")
    pair = dim is not None and not isinstance(dim, int) and len(dim) == 2
    if isinstance(ord, str) or pair or (dim is None and A.ndim == 2):
        return matrix_norm(A, ord, (-2, -1) if dim is None else dim, keepdim, dtype=dtype)
    return vector_norm(A, ord, dim, keepdim, dtype=dtype)


@linalg
def cond(A: Tensor, p: Any = None) -> Tensor:
    """The condition number of a matrix."""
    if A.ndim < 2:
        raise RuntimeError("linalg.cond: The input tensor must have at least 2 dimensions.")
    if p is not None and p not in ("fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf):
        raise RuntimeError(f"linalg.cond got an invalid norm type: {p}")
    if not A.numel():
        return made("tensor", np.zeros(A.shape[:-2], A._array.real.dtype), False, {}, (A,))
    if p is None or p in (2, -2):
        s = svdvals(A)
        count = s.shape[-1]
        most = OPS["slice"](s, dim=-1, start=0, end=1, step=1)
        least = OPS["slice"](s, dim=-1, start=count - 1, end=count, step=1)
        ratio = OPS["div"](least, most) if p == -2 else OPS["div"](most, least)
        return OPS["squeeze.dim"](ratio, dim=-1)
    check_square(f"linalg.cond(ord={p})", A._array)
    if p == "nuc":
        s = svdvals(A)
        sums = (OPS["sum.dim"](x, dim=(-1,), keepdim=False) for x in (s, OPS["reciprocal"](s)))
        return OPS["mul"](*sums)
    inverse, info = OPS["linalg_inv_ex"].several(A)
    apply_in_place(OPS["masked_fill"], inverse, wrap(info._array[..., None, None] > 0), value=math.inf)
    product = OPS["mul"](matrix_norm(A, p), matrix_norm(inverse, p))
    return apply_in_place(OPS["nan_to_num"], product, nan=math.inf, posinf=math.inf, neginf=-math.inf)
