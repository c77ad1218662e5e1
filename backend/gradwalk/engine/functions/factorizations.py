"""Cotangents of factorizations into triangles: Cholesky, QR, LU."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..op import OPS
from ..tensor import Tensor
from .equations import solved_by_lu
from .matrix_algebra import (
    adjoint_of,
    columns,
    halve_diagonal,
    minus,
    plus,
    product,
    rows,
    side_by_side,
    solved_triangular,
    triangle,
    turned,
    zeros_beside,
)
from .registry import function


@function
def cholesky_backward(grad: Any, lower: Any, upper: bool) -> Any:
    """The cotangent of a matrix by its Cholesky factor."""
    if upper:
        lower, grad = adjoint_of(lower), adjoint_of(grad)
    inside = triangle(product(adjoint_of(lower), grad), upper=False)
    both = inside + adjoint_of(triangle(inside, upper=False, diagonal=-1))
    half = OPS["mul.Scalar"](both, other=0.5) if isinstance(both, Tensor) else both * 0.5
    once = solved_triangular(adjoint_of(lower), half, upper=True)
    return solved_triangular(lower, once, upper=False, left=False)


@function
def qr_backward(grads: Sequence[Any], q: Any, r: Any, mode: str) -> Any:
    """The cotangent of a matrix by its QR decomposition."""
    if mode == "r":
        raise RuntimeError(
            "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. Please use "
            "linalg.qr(A, mode='reduced') if you are going to differentiate through linalg.qr."
        )
    grad_q, grad_r = grads[0], grads[1]
    m, n = q.shape[-2], r.shape[-1]
    if mode == "complete" and m > n:
        raise RuntimeError("The QR decomposition is not differentiable when mode='complete' and nrows > ncols.")
    return _qr_tall(grad_q, grad_r, q, r) if m >= n else _qr_wide(grad_q, grad_r, q, r)


def _qr_tall(grad_q: Any, grad_r: Any, q: Any, r: Any) -> Any:
    of_r = None if grad_r is None else product(grad_r, adjoint_of(r))
    whole = of_r if grad_q is None else minus(of_r, product(adjoint_of(q), grad_q))
    inside = triangle(whole, upper=True)
    whole = product(q, halve_diagonal(inside + adjoint_of(inside)))
    if grad_q is not None:
        whole = whole + grad_q
    return solved_triangular(adjoint_of(r), whole, upper=False, left=False)


def _qr_wide(grad_q: Any, grad_r: Any, q: Any, r: Any) -> Any:
    m, n = r.shape[-2], r.shape[-1]
    of_r = None if grad_r is None else product(grad_r, adjoint_of(r))
    whole = minus(None if grad_q is None else product(adjoint_of(q), grad_q), of_r)
    inside = halve_diagonal(triangle(whole - adjoint_of(whole), upper=False))
    whole = product(q, inside)
    whole = solved_triangular(adjoint_of(columns(r, 0, m)), whole, upper=False, left=False)
    whole = side_by_side(whole, zeros_beside(whole, n - m), -1)
    return whole if grad_r is None else whole + product(q, grad_r)


@function
def lu_backward(grads: Sequence[Any], p: Any, lower: Any, upper: Any, pivot: bool) -> Any:
    """The cotangent of a matrix by its permutation and its lower and upper factor."""
    grad_lower, grad_upper = grads[0], grads[1]
    return _lu(grad_lower, grad_upper, p if pivot else None, lower, upper)


@function
def lu_factor_backward(grad: Any, lu: Any, pivots: Any, pivot: bool) -> Any:
    """The cotangent of a matrix by its two factors, kept in one matrix."""
    op = OPS["lu_unpack"]
    if isinstance(lu, Tensor):
        lower, upper, p = op.several(lu, pivots, unpack_data=True, unpack_pivots=pivot)
    else:
        lower, upper, p = op.forward(lu, pivots, True, pivot)
    k = min(lu.shape[-2:])
    return _lu(columns(grad, 0, k), rows(grad, 0, k), p if pivot else None, lower, upper)


def _lu(grad_lower: Any, grad_upper: Any, p: Any, lower: Any, upper: Any) -> Any:
    m, n = lower.shape[-2], upper.shape[-1]
    make = _lu_square if m == n else _lu_wide if m < n else _lu_tall
    whole = make(grad_lower, grad_upper, lower, upper)
    return whole if p is None else product(p, whole)


def _lu_square(grad_lower: Any, grad_upper: Any, lower: Any, upper: Any) -> Any:
    below = None if grad_lower is None else triangle(product(adjoint_of(lower), grad_lower), False, -1)
    above = None if grad_upper is None else triangle(product(grad_upper, adjoint_of(upper)), True)
    inside = solved_triangular(adjoint_of(upper), plus(below, above), upper=False, left=False)
    return solved_triangular(adjoint_of(lower), inside, upper=True, unitriangular=True)


def _lu_wide(grad_lower: Any, grad_upper: Any, lower: Any, upper: Any) -> Any:
    m, n = lower.shape[-2], upper.shape[-1]
    below = None if grad_lower is None else product(adjoint_of(lower), grad_lower)
    if grad_upper is not None:
        below = minus(below, product(triangle(grad_upper, True), adjoint_of(upper)))
    inside = triangle(below, False, -1)
    inside = solved_triangular(adjoint_of(columns(upper, 0, m)), inside, upper=False, left=False)
    if grad_upper is None:
        inside = side_by_side(inside, zeros_beside(inside, n - m), -1)
    else:
        first = inside + triangle(columns(grad_upper, 0, m), True)
        inside = side_by_side(first, columns(grad_upper, m, n), -1)
    return solved_triangular(adjoint_of(lower), inside, upper=True, unitriangular=True)


def _lu_tall(grad_lower: Any, grad_upper: Any, lower: Any, upper: Any) -> Any:
    m, n = lower.shape[-2], upper.shape[-1]
    above = None if grad_upper is None else product(grad_upper, adjoint_of(upper))
    if grad_lower is not None:
        above = minus(above, product(adjoint_of(lower), triangle(grad_lower, False, -1)))
    inside = triangle(above, True)
    inside = solved_triangular(adjoint_of(rows(lower, 0, n)), inside, upper=True, unitriangular=True)
    if grad_lower is None:
        inside = side_by_side(inside, turned(zeros_beside(turned(inside), m - n)), -2)
    else:
        first = inside + triangle(rows(grad_lower, 0, n), False, -1)
        inside = side_by_side(first, rows(grad_lower, n, m), -2)
    return solved_triangular(adjoint_of(upper), inside, upper=False, left=False)


@function
def lu_unpack_backward(grads: Sequence[Any], rows_count: int, columns_count: int) -> Any:
    """The cotangent of two factors kept in one matrix."""
    grad_lower, grad_upper = grads[0], grads[1]
    k = min(rows_count, columns_count)
    below = None if grad_lower is None else triangle(grad_lower, False, -1)
    above = None if grad_upper is None else triangle(grad_upper, True)
    if rows_count == columns_count:
        return plus(below, above)
    if columns_count > k:
        first = plus(below, None if above is None else columns(above, 0, k))
        rest = zeros_beside(first, columns_count - k) if above is None else columns(above, k, columns_count)
        return side_by_side(first, rest, -1)
    first = plus(above, None if below is None else rows(below, 0, k))
    rest = turned(zeros_beside(turned(first), rows_count - k)) if below is None else rows(below, k, rows_count)
    return side_by_side(first, rest, -2)


@function
def lu_solve_matrix_backward(grad: Any, lu: Any, pivots: Any, x: Any, left: bool, adjoint: bool) -> Any:
    """The cotangent of a factored matrix by the solution of its equation."""
    op = OPS["lu_unpack"]
    square = left == adjoint
    if isinstance(lu, Tensor):
        lower, upper, p = op.several(lu, pivots, unpack_data=True, unpack_pivots=square)
    else:
        lower, upper, p = op.forward(lu, pivots, True, square)
    if not square:
        inside = -(product(grad, adjoint_of(x)) if left else product(adjoint_of(grad), x))
        of_upper = solved_triangular(adjoint_of(upper), inside, upper=False)
        of_lower = triangle(
            solved_triangular(adjoint_of(lower), product(of_upper, adjoint_of(upper)), upper=True, unitriangular=True),
            False,
            -1,
        )
        return of_lower + triangle(of_upper, True)
    along = product(turned(p), x if left else adjoint_of(x))
    whole = -product(product(along, adjoint_of(grad) if left else grad), p)
    of_lower = solved_triangular(adjoint_of(lower), whole, upper=True, left=False, unitriangular=True)
    inside = product(adjoint_of(lower), of_lower)
    of_upper = triangle(solved_triangular(adjoint_of(upper), inside, upper=False, left=False), True)
    return triangle(of_lower, False, -1) + of_upper


@function
def lu_solve_right_backward(grad: Any, lu: Any, pivots: Any, left: bool, adjoint: bool) -> Any:
    """The cotangent of the right side of a factored equation."""
    return solved_by_lu(lu, pivots, grad, left, not adjoint)
