"""Cotangents of what is computed from a triangular factor: solutions, inverses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..op import OPS
from ..tensor import Tensor
from .complexes import conj
from .matrix_algebra import adjoint_of, product, triangle, turned
from .registry import function


@function
def cholesky_inverse_backward(grad: Any, factor: Any, inverse: Any, upper: bool) -> Any:
    """The cotangent of a Cholesky factor by the inverse of the matrix it belongs to."""
    both = grad + adjoint_of(grad)
    common = product(inverse, product(both, inverse))
    return -product(factor, common) if upper else -product(common, factor)


@function
def cholesky_solve_backward(
    grad: Any, right: Any, factor: Any, solution: Any, upper: bool, needs: Sequence[bool]
) -> tuple[Any, Any]:
    """The cotangents of right side and Cholesky factor by the solution."""
    op = OPS["cholesky_solve"]
    either = isinstance(grad, Tensor) or isinstance(factor, Tensor)
    of_right = op(grad, factor, upper=upper) if either else op.forward(grad, factor, upper)
    if not needs[1]:
        return of_right, None
    half = product(of_right, adjoint_of(solution))
    common = half + adjoint_of(half)
    return of_right, -product(factor, common) if upper else -product(common, factor)


@function
def triangular_solve_backward(
    grads: Sequence[Any], a: Any, x: Any, upper: bool, transpose: bool, unitriangular: bool, needs: Sequence[bool]
) -> tuple[Any, Any]:
    """The cotangents of right side and matrix by the solution and the copy of the matrix."""
    grad, copied = grads[0], grads[1]
    if grad is None:
        return None, copied
    op = OPS["triangular_solve"]
    a = conj(a)
    if isinstance(grad, Tensor) or isinstance(a, Tensor):
        of_right: Any = op.several(grad, a, upper=upper, transpose=not transpose, unitriangular=unitriangular)[0]
    else:
        of_right = op.forward(grad, a, upper, not transpose, unitriangular)[0]
    if not needs[1]:
        return of_right, None
    whole = -product(conj(x), turned(of_right)) if transpose else -product(of_right, adjoint_of(x))
    of_matrix = triangle(whole, upper, int(unitriangular) if upper else -int(unitriangular))
    return of_right, of_matrix if copied is None else of_matrix + copied
