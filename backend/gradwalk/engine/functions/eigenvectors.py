"""Cotangents of eigenvalues and singular values, and of the vectors that belong to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..op import OPS
from ..tensor import Tensor
from .complexes import conj, real_part
from .matrix_algebra import adjoint_of, diagonal_of, fill_diagonal, plus, product, with_diagonal
from .registry import function
from .shapes import sliced, unsqueeze


@function
def eigh_backward(grads: Sequence[Any], values: Any, vectors: Any) -> Any:
    """The cotangent of a symmetric matrix by its eigenvalues and eigenvectors."""
    grad_values, grad_vectors = grads[0], grads[1]
    if grad_vectors is None:
        return product(vectors * unsqueeze(grad_values, -2), adjoint_of(vectors))
    along = product(adjoint_of(vectors), grad_vectors)
    _refuse_phases(diagonal_of(along), "linalg_eigh_backward: " + _EIGENVECTORS)
    skew = _skew(along)
    skew = OPS["mul.Scalar"](skew, other=0.5) if isinstance(skew, Tensor) else skew * 0.5
    inside = _by_gaps(skew, values, grad_values)
    return product(vectors, product(inside, adjoint_of(vectors)))


@function
def eig_backward(grads: Sequence[Any], values: Any, vectors: Any) -> Any:
    """The cotangent of a matrix by its eigenvalues and eigenvectors."""
    grad_values, grad_vectors = grads[0], grads[1]
    across = adjoint_of(vectors)
    if grad_vectors is None:
        return None if grad_values is None else _solved(across, unsqueeze(grad_values, -1) * across)
    along = product(across, grad_vectors)
    diagonal = diagonal_of(along)
    _refuse_phases(diagonal, "linalg_eig_backward: " + _EIGENVECTORS)
    tangent = along - product(across, vectors * unsqueeze(real_part(diagonal), -2))
    inside = _by_gaps(tangent, values, grad_values)
    return _solved(across, product(inside, across))


def _solved(a: Any, b: Any) -> Any:
    op = OPS["linalg_solve_ex"]
    if isinstance(a, Tensor) or isinstance(b, Tensor):
        return op.several(a, b, left=True)[0]
    return op.forward(a, b, True)[0]


def _by_gaps(x: Any, values: Any, diagonal: Any) -> Any:
    """What stands between eigenvectors, over the differences of their eigenvalues; with another diagonal, or zeros."""
    gaps = fill_diagonal(conj(unsqueeze(values, -2) - unsqueeze(values, -1)), 1.0)
    return fill_diagonal(x / gaps, 0.0 if diagonal is None else diagonal)


def _refuse_phases(diagonal: Any, words: str) -> None:
    """Raises RuntimeError where a loss depends on the phases of complex vectors, which are left open."""
    array = diagonal._array if isinstance(diagonal, Tensor) else diagonal
    if array.dtype.kind == "c" and not np.allclose(array.imag, 0, 1e-2, 1e-2):
        raise RuntimeError(words)


_EIGENVECTORS = (
    "The eigenvectors in the complex case are specified up to multiplication by e^{i phi}. The specified loss function "
    "depends on this quantity, so it is ill-defined."
)
_SINGULAR_VECTORS = (
    "svd_backward: The singular vectors in the complex case are specified up to multiplication by e^{i phi}. The "
    "specified loss function depends on this phase term, making it ill-defined."
)


@function
def svd_backward(grads: Sequence[Any], u: Any, s: Any, vh: Any, full_matrices: bool) -> Any:
    """The cotangent of a matrix by its singular value decomposition."""
    grad_u, grad_s, grad_vh = grads[0], grads[1], grads[2]
    m, n, k = u.shape[-2], vh.shape[-1], s.shape[-1]
    if full_matrices:
        vh = sliced(vh, -2, 0, k, 1)
        u = sliced(u, -1, 0, k, 1)
        grad_vh = None if grad_vh is None else sliced(grad_vh, -2, 0, k, 1)
        grad_u = None if grad_u is None else sliced(grad_u, -1, 0, k, 1)
    if grad_u is None and grad_vh is None:
        if grad_s is None:
            return None
        return product(u, unsqueeze(grad_s, -1) * vh) if m >= n else product(u * unsqueeze(grad_s, -2), vh)
    inside = _svd_inside(grad_u, grad_s, grad_vh, u, s, vh)
    if m > k and grad_u is not None:
        inside = product(u, inside)
        beyond = grad_u / unsqueeze(s, -2)
        inside = inside + beyond - product(u, product(adjoint_of(u), beyond))
        return product(inside, vh)
    if n > k and grad_vh is not None:
        inside = product(inside, vh)
        beyond = grad_vh / unsqueeze(s, -1)
        inside = inside + beyond - product(product(beyond, adjoint_of(vh)), vh)
        return product(u, inside)
    return product(u, product(inside, vh)) if m >= n else product(product(u, inside), vh)


def _svd_inside(grad_u: Any, grad_s: Any, grad_vh: Any, u: Any, s: Any, vh: Any) -> Any:
    """What stands between U and Vh, from cotangents that both are turned by."""
    of_u = None if grad_u is None else _skew(product(adjoint_of(u), grad_u))
    of_v = None if grad_vh is None else _skew(product(vh, adjoint_of(grad_vh)))
    _refuse_phases(diagonal_of(plus(of_u, of_v)), _SINGULAR_VECTORS)
    squared = s * s
    gaps = fill_diagonal(unsqueeze(squared, -2) - unsqueeze(squared, -1), 1.0)
    if of_v is None:
        inside = of_u / gaps * unsqueeze(s, -2)
    elif of_u is None:
        inside = unsqueeze(s, -1) * (of_v / gaps)
    else:
        inside = (of_u * unsqueeze(s, -2) + unsqueeze(s, -1) * of_v) / gaps
    inside = inside if grad_s is None else inside + with_diagonal(grad_s)
    if of_u is None or of_v is None or u.dtype == s.dtype:
        return inside
    return inside + with_diagonal(diagonal_of(of_u) / _doubled(s))


def _doubled(x: Any) -> Any:
    return OPS["mul.Scalar"](x, other=2.0) if isinstance(x, Tensor) else x * x.dtype.type(2)


def _skew(x: Any) -> Any:
    return x - adjoint_of(x)
