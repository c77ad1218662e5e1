"""The words in which cotangents of matrix functions are written, for batches of matrices as arrays or as tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..apply import apply_in_place
from ..op import OPS
from ..products import matmul
from ..tensor import Tensor, wrap
from .complexes import conj
from .registry import function
from .shapes import sliced


@function
def product(a: Any, b: Any) -> Any:
    """Matrix product of any batch."""
    return a @ b if isinstance(a, Tensor) or isinstance(b, Tensor) else matmul(a, b)


@function
def turned(x: Any) -> Any:
    """Rows for columns."""
    return OPS["transpose"](x, dim0=-2, dim1=-1) if isinstance(x, Tensor) else np.swapaxes(x, -2, -1)


def adjoint_of(x: Any) -> Any:
    """Rows for columns, and each number conjugated."""
    return conj(turned(x))


def triangle(x: Any, upper: bool, diagonal: int = 0) -> Any:
    """The part of a matrix on one side of a diagonal."""
    if isinstance(x, Tensor):
        return OPS["triu" if upper else "tril"](x, diagonal=int(diagonal))
    return (np.triu if upper else np.tril)(x, diagonal)


def diagonal_of(x: Any) -> Any:
    """A view of the diagonal that can be written."""
    if isinstance(x, Tensor):
        return OPS["diagonal"](x, offset=0, dim1=-2, dim2=-1)
    return np.einsum("...ii->...i", x)


def halve_diagonal(x: Any) -> Any:
    """``x`` with half of its diagonal, in place."""
    if isinstance(x, Tensor):
        _write("mul", diagonal_of(x), 0.5)
    else:
        diagonal_of(x)[...] *= 0.5
    return x


def fill_diagonal(x: Any, value: Any) -> Any:
    """``x`` with other numbers on its diagonal, in place: one number, or a vector for each matrix."""
    if not isinstance(x, Tensor):
        diagonal_of(x)[...] = value
    elif isinstance(value, Tensor):
        _write("copy", diagonal_of(x), value)
    else:
        apply_in_place(OPS["fill"], diagonal_of(x), value=value)
    return x


def _write(op: str, target: Tensor, operand: Any) -> None:
    apply_in_place(OPS[op], target, operand)


def with_diagonal(x: Any) -> Any:
    """Matrices that have the given vectors as their diagonals."""
    if isinstance(x, Tensor):
        return OPS["diag_embed"](x, offset=0, dim1=-2, dim2=-1)
    return x[..., None] * np.eye(x.shape[-1], dtype=x.dtype)


def columns(x: Any, start: int, end: int) -> Any:
    """Some columns of a matrix; itself if they are all."""
    return x if (start, end) == (0, x.shape[-1]) else sliced(x, -1, start, end, 1)


def rows(x: Any, start: int, end: int) -> Any:
    """Some rows of a matrix; itself if they are all."""
    return x if (start, end) == (0, x.shape[-2]) else sliced(x, -2, start, end, 1)


def side_by_side(a: Any, b: Any, dim: int) -> Any:
    """Two matrices joined along a dimension."""
    return OPS["cat"](a, b, dim=dim) if isinstance(a, Tensor) else np.concatenate([a, b], axis=dim)


def zeros_beside(x: Any, count: int) -> Any:
    """As many columns of zeros as ``count``, as high as ``x``."""
    size = (*tuple(x.shape)[:-1], count)
    return wrap(np.zeros(size, x._array.dtype)) if isinstance(x, Tensor) else np.zeros(size, x.dtype)


def solved_triangular(a: Any, b: Any, upper: bool, left: bool = True, unitriangular: bool = False) -> Any:
    """The solution of ``a @ x = b`` (or ``x @ a = b``) for a triangular a."""
    op = OPS["linalg_solve_triangular"]
    if isinstance(a, Tensor) or isinstance(b, Tensor):
        return op(a, b, upper=upper, left=left, unitriangular=unitriangular)
    return op.forward(a, b, upper, left, unitriangular)


def minus(a: Any, b: Any) -> Any:
    """``a - b``, where either may be None for zero."""
    return a if b is None else -b if a is None else a - b


def plus(a: Any, b: Any) -> Any:
    """``a + b``, where either may be None for zero."""
    return a if b is None else b if a is None else a + b
