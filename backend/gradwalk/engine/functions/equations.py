"""Cotangents of inverses, determinants and solutions of linear equations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..op import OPS
from ..tensor import Tensor
from .complexes import conj, imaginary_part
from .masks import zeros_of
from .matrix_algebra import (
    adjoint_of,
    product,
    solved_triangular,
    triangle,
    turned,
    with_diagonal,
)
from .registry import function
from .shapes import expand, unsqueeze


def _solved(a: Any, b: Any, left: bool = True) -> Any:
    return OPS["linalg_solve_ex"].several(a, b, left=left)[0] if isinstance(b, Tensor) else np.linalg.solve(a, b)


def solved_by_lu(lu: Any, pivots: Any, b: Any, left: bool, adjoint: bool) -> Any:
    """The solution of a linear equation by the factors of its matrix."""
    op = OPS["linalg_lu_solve"]
    if isinstance(b, Tensor) or isinstance(lu, Tensor):
        return op(lu, pivots, b, left=left, adjoint=adjoint)
    return op.forward(lu, pivots, b, left, adjoint)


def factored_turned(a: Any) -> bool:
    """Whether PyTorch kept the factors of the transposed matrix: it does where a real matrix lies row by row."""
    array = a._array if isinstance(a, Tensor) else a
    return bool(array.flags.c_contiguous) and array.dtype.kind != "c"


@function
def inverse_backward(grad: Any, inverse: Any) -> Any:
    """The cotangent of a matrix that was inverted."""
    right = product(grad, adjoint_of(inverse))
    return -product(adjoint_of(inverse), right)


@function
def det_backward(grad: Any, det: Any, a: Any, lu: Any, pivots: Any) -> Any:
    """The cotangent of a matrix by its determinant; near a singular matrix, by factors a little off it."""
    if np.prod(tuple(a.shape)) == 0:
        return zeros_of(a)
    if a.shape[-1] == 1:
        return expand(unsqueeze(unsqueeze(grad, -1), -1), tuple(a.shape))
    scale = grad * conj(det)
    if not isinstance(scale, Tensor):
        zero = np.einsum("...ii->...i", lu) == 0
        near = lu + with_diagonal(np.where(zero, np.finfo(a.dtype).eps, a.dtype.type(0)))
        return solved_by_lu(near, pivots, _times_identity(scale, a), True, not factored_turned(a))
    if np.any(np.abs(det._array) < 100 * np.finfo(a._array.dtype).eps):
        return _by_cofactors(a, grad)
    whole = _times_identity(scale, a)
    return _solved(adjoint_of(a), whole)


def _times_identity(scale: Any, a: Any) -> Any:
    """A number for each matrix, times the identity."""
    size = (*tuple(np.shape(scale)), a.shape[-1])
    return turned(with_diagonal(expand(unsqueeze(scale, -1), size)))


def _by_cofactors(a: Any, grad: Any) -> Any:
    """``grad`` times the cofactors of matrices, singular or not: from their singular values, without dividing."""
    u, s, vh = OPS["linalg_svd"].several(a, full_matrices=True)
    sign: Any = OPS["linalg_det"].several(u)[0]
    sign = sign * OPS["linalg_det"].several(vh)[0]
    others = []
    for i in range(s.shape[-1]):
        rest = [OPS["select"](s, dim=-1, index=j) for j in range(s.shape[-1]) if j != i]
        whole = rest[0] if rest else OPS["ones_like"](OPS["select"](s, dim=-1, index=i))
        for each in rest[1:]:
            whole = OPS["mul"](whole, each)
        others.append(whole)
    cofactors = product(OPS["mul"](u, unsqueeze(OPS["stack"](*others, dim=-1), -2)), vh)
    return cofactors * unsqueeze(unsqueeze(grad * conj(sign), -1), -1)


@function
def slogdet_backward(grads: Sequence[Any], sign: Any, a: Any, lu: Any, pivots: Any) -> Any:
    """The cotangent of a matrix by the logarithm of its determinant, and by its sign, which has a slope only among
    complex numbers."""
    along = grads[1]
    array = a._array if isinstance(a, Tensor) else a
    if array.dtype.kind == "c" and grads[0] is not None:
        around = imaginary_part(grads[0] * conj(sign)) * 1j
        along = around if along is None else along + around
    if along is None:
        return None
    whole = _times_identity(along, a)
    if isinstance(along, Tensor):
        return _solved(adjoint_of(a), whole)
    return solved_by_lu(lu, pivots, whole, True, not factored_turned(a))


def is_vector(a: Any, b: Any) -> bool:
    """Whether the right side of an equation is one vector for each matrix."""
    return len(b.shape) == 1 or (len(a.shape) - 1 == len(b.shape) and tuple(a.shape[:-1]) == tuple(b.shape))


def as_matrix(x: Any, vector: bool) -> Any:
    """A vector as a matrix of one column."""
    return unsqueeze(x, -1) if vector else x


def as_vector(x: Any, vector: bool) -> Any:
    """A matrix of one column as a vector."""
    if not vector:
        return x
    return OPS["squeeze.dim"](x, dim=-1) if isinstance(x, Tensor) else x[..., 0]


@function
def solve_backward(
    grad: Any, result: Any, a: Any, lu: Any, pivots: Any, left: bool, needs: Sequence[bool]
) -> tuple[Any, Any]:
    """The cotangents of matrix and right side of a linear equation."""
    vector = is_vector(a, result)
    along = as_matrix(grad, vector)
    if isinstance(along, Tensor):
        of_right = _solved(adjoint_of(a), along, left)
    else:
        of_right = solved_by_lu(lu, pivots, along, left, not factored_turned(a))
    of_matrix = None
    if needs[0]:
        x = adjoint_of(as_matrix(result, vector))
        of_matrix = -product(of_right, x) if left else -product(x, of_right)
    return of_matrix, as_vector(of_right, vector) if needs[1] else None


@function
def solve_triangular_backward(
    grad: Any, a: Any, result: Any, upper: bool, left: bool, unitriangular: bool, needs: Sequence[bool]
) -> tuple[Any, Any]:
    """The cotangents of matrix and right side of a triangular equation."""
    of_right = solved_triangular(adjoint_of(a), grad, not upper, left, unitriangular)
    of_matrix = None
    if needs[0]:
        x = adjoint_of(result)
        whole = -(product(of_right, x) if left else product(x, of_right))
        of_matrix = triangle(whole, upper, unitriangular if upper else -unitriangular)
    return of_matrix, of_right
