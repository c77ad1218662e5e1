"""Products of Householder's reflections, and their cotangents: one reflection after the other, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import OPS
from ..tensor import Tensor, wrap
from .complexes import conj
from .matrix_algebra import adjoint_of, columns, product, side_by_side, triangle, turned, zeros_beside
from .registry import function
from .shapes import sliced, unsqueeze


def _vectors(a: Any, count: int) -> Any:
    """The columns below the diagonal, with a one on it and zeros above."""
    below = triangle(columns(a, 0, count), upper=False, diagonal=-1)
    eye = np.eye(a.shape[-2], count, dtype=(a._array if isinstance(a, Tensor) else a).dtype)
    return below + (wrap(eye) if isinstance(a, Tensor) else eye)


def _factor(tau: Any, i: int) -> Any:
    return unsqueeze(sliced(tau, -1, i, i + 1, 1), -1)


def reflected(a: Any, tau: Any, x: Any, backwards: bool = False) -> list[Any]:
    """What becomes of ``x`` step by step; the last reflection comes first, unless ``backwards``. ``x`` stands first."""
    count = tau.shape[-1]
    vectors = _vectors(a, count)
    steps = [x]
    for i in range(count) if backwards else reversed(range(count)):
        v = columns(vectors, i, i + 1)
        x = steps[-1]
        steps.append(x - product(_factor(tau, i) * v, product(adjoint_of(v), x)))
    return steps


def _pulled_back(grad: Any, a: Any, tau: Any, steps: list[Any], backwards: bool) -> tuple[Any, Any, Any]:
    """The cotangents of the vectors' matrix, the factors and what was reflected."""
    count = tau.shape[-1]
    vectors = _vectors(a, count)
    of_vectors: list[Any] = [None] * count
    of_factors: list[Any] = [None] * count
    order = list(range(count)) if backwards else list(reversed(range(count)))
    for x, i in zip(reversed(steps[:-1]), reversed(order), strict=True):
        v, factor = columns(vectors, i, i + 1), _factor(tau, i)
        along_x, along_grad = product(adjoint_of(v), x), product(adjoint_of(v), grad)
        of_factors[i] = -product(along_grad, adjoint_of(along_x))
        along = conj(factor) * product(grad, adjoint_of(along_x)) + factor * product(x, adjoint_of(along_grad))
        of_vectors[i] = -along
        grad = grad - product(conj(factor) * v, along_grad)
    whole = _joined(of_vectors, -1)
    below = triangle(whole, upper=False, diagonal=-1)
    rest = a.shape[-1] - count
    of_matrix = side_by_side(below, zeros_beside(below, rest), -1) if rest else below
    flat = _joined([columns(turned(each), 0, 1) for each in of_factors], -1)
    return of_matrix, sliced(flat, -2, 0, 1, 1).reshape(tuple(tau.shape)), grad


def _joined(parts: list[Any], dim: int) -> Any:
    return OPS["cat"](*parts, dim=dim) if isinstance(parts[0], Tensor) else np.concatenate(parts, axis=dim)


def identity_like(a: Any) -> Any:
    """As many columns of the identity as a matrix has, for each of a batch."""
    array = a._array if isinstance(a, Tensor) else a
    eye = np.broadcast_to(np.eye(*a.shape[-2:], dtype=array.dtype), tuple(a.shape)).copy()
    return wrap(eye) if isinstance(a, Tensor) else eye


@function
def householder_backward(grad: Any, a: Any, tau: Any) -> tuple[Any, Any]:
    """The cotangents of vectors and factors by the product of their reflections; none where there are none."""
    if 0 in (*a.shape, *tau.shape):
        return None, None
    of_matrix, of_factors, _ = _pulled_back(grad, a, tau, reflected(a, tau, identity_like(a)), False)
    return of_matrix, of_factors


@function
def ormqr_backward(grad: Any, a: Any, tau: Any, other: Any, left: bool, transpose: bool) -> tuple[Any, Any, Any]:
    """The cotangents of vectors, factors and matrix by the product of the reflections with the matrix."""
    backwards = left == transpose
    if 0 in (*a.shape, *tau.shape):
        op = OPS["ormqr"]
        if isinstance(grad, Tensor):
            return None, None, op(a, tau, grad, left=left, transpose=not transpose)
        return None, None, op.forward(a, tau, grad, left, not transpose)
    factors = conj(tau) if backwards else tau
    x, along = (other, grad) if left else (adjoint_of(other), adjoint_of(grad))
    of_matrix, of_factors, of_x = _pulled_back(along, a, factors, reflected(a, factors, x, backwards), backwards)
    of_factors = conj(of_factors) if backwards else of_factors
    return of_matrix, of_factors, of_x if left else adjoint_of(of_x)
