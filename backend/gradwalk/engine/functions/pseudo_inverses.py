"""Cotangents of pseudo-inverses and least squares, and of the matrix exponential."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..apply import apply_in_place
from ..op import OPS
from ..tensor import Tensor, wrap
from .equations import as_matrix, as_vector, is_vector
from .matrix_algebra import adjoint_of, columns, product, rows
from .registry import function
from .shapes import unsqueeze


@function
def pinv_backward(grad: Any, pinv: Any, a: Any) -> Any:
    """The cotangent of a matrix by its pseudo-inverse (Golub and Pereyra)."""
    pinv_t, grad_t = adjoint_of(pinv), adjoint_of(grad)
    if a.shape[-2] <= a.shape[-1]:
        k = product(grad_t, pinv)
        k_pinv = product(k, pinv_t)
        outside = product(product(pinv_t, pinv), grad_t - product(k, a))
        return -adjoint_of(product(pinv, k)) + k_pinv - product(product(a, pinv), k_pinv) + outside
    k = product(pinv, grad_t)
    pinv_k = product(pinv_t, k)
    outside = product(product(grad_t - product(a, k), pinv), pinv_t)
    return -adjoint_of(product(k, pinv)) + outside + pinv_k - product(product(pinv_k, pinv), a)


def _pseudo_inverse(a: Any) -> Any:
    return OPS["linalg_pinv"](a) if isinstance(a, Tensor) else OPS["linalg_pinv"].forward(a, None, None, False)


@function
def lstsq_backward(grads: Sequence[Any], a: Any, b: Any, solution: Any, needs: Sequence[bool]) -> tuple[Any, Any]:
    """The cotangents of matrix and right side of a least-squares problem, from solution and residuals."""
    grad, grad_residuals = grads[0], grads[1]
    vector = is_vector(a, b)
    of_a = of_b = None
    if grad is not None:
        grad = as_matrix(grad, vector)
        pinv = _pseudo_inverse(a)
        if needs[0]:
            of_a = pinv_backward(product(grad, adjoint_of(as_matrix(b, vector))), pinv, a)
        if needs[1]:
            of_b = as_vector(product(adjoint_of(pinv), grad), vector)
    if grad_residuals is not None and np.size(getattr(grad_residuals, "_array", grad_residuals)):
        twice = _doubled(unsqueeze(grad_residuals, -2))
        missed = product(a, solution) - b
        if needs[0]:
            more = product(missed * twice, adjoint_of(solution))
            of_a = more if of_a is None else of_a + more
        if needs[1]:
            less = -missed * twice
            of_b = less if of_b is None else of_b + less
    return of_a, of_b


def _doubled(x: Any) -> Any:
    return OPS["mul.Scalar"](x, other=2) if isinstance(x, Tensor) else x * 2


@function
def exponential_backward(grad: Any, a: Any) -> Any:
    """The cotangent of a matrix by its exponential: a corner of the exponential of a block matrix."""
    n = a.shape[-1]
    across = adjoint_of(a)
    size = (*tuple(a.shape)[:-2], 2 * n, 2 * n)
    if isinstance(a, Tensor) or isinstance(grad, Tensor):
        whole = OPS["linalg_matrix_exp"](_blocks_of_tensors(across, grad, n, size))
    else:
        blocks = np.zeros(size, a.dtype)
        blocks[..., :n, :n] = blocks[..., n:, n:] = across
        blocks[..., :n, n:] = grad
        whole = OPS["linalg_matrix_exp"].forward(blocks)
    return columns(rows(whole, 0, n), n, 2 * n)


def _blocks_of_tensors(across: Tensor, grad: Tensor, n: int, size: tuple[int, ...]) -> Tensor:
    blocks = wrap(np.zeros(size, across._array.dtype))
    for row, column, block in ((0, 0, across), (n, n, across), (0, n, grad)):
        part = columns(rows(blocks, row, row + n), column, column + n)
        apply_in_place(OPS["copy"], part, block)
    return blocks
