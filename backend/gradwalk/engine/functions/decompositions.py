"""Cotangents of matrix functions and decompositions; ``mm`` of batches is ``product`` here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..op import NAMESPACE, OPS
from ..tensor import Tensor, wrap
from .masks import zeros_of
from .registry import function
from .shapes import unsqueeze


def product(a: Any, b: Any) -> Any:
    """Matrix product of any batch."""
    if isinstance(a, Tensor):
        from ..surface.linalg import matmul

        return matmul(a, b)
    return np.matmul(a, b)


def turned(x: Any) -> Any:
    """Rows for columns."""
    return OPS["transpose"](x, dim0=-2, dim1=-1) if isinstance(x, Tensor) else np.swapaxes(x, -2, -1)


def _triangle(x: Any, upper: bool, diagonal: int = 0) -> Any:
    if isinstance(x, Tensor):
        return OPS["triu" if upper else "tril"](x, diagonal=diagonal)
    return (np.triu if upper else np.tril)(x, diagonal)


def _eye(like: Any, n: int) -> Any:
    dtype = like._array.dtype if isinstance(like, Tensor) else like.dtype
    return wrap(np.eye(n, dtype=dtype)) if isinstance(like, Tensor) else np.eye(n, dtype=dtype)


def _diagonal_matrix(x: Any) -> Any:
    if isinstance(x, Tensor):
        return OPS["diag_embed"](x, offset=0, dim1=-2, dim2=-1)
    return x[..., None] * np.eye(x.shape[-1], dtype=x.dtype)


def solved(a: Any, b: Any) -> Any:
    """The solution of ``a @ x = b``, b a matrix."""
    if isinstance(a, Tensor) or isinstance(b, Tensor):
        return OPS["linalg_solve_ex"](a, b, left=True)
    return np.linalg.solve(a, b)


def solved_triangular(a: Any, b: Any, upper: bool, left: bool = True) -> Any:
    """The solution of ``a @ x = b`` (or ``x @ a = b``) for a triangular a."""
    if isinstance(a, Tensor) or isinstance(b, Tensor):
        return OPS["linalg_solve_triangular"](a, b, upper=upper, left=left, unitriangular=False)
    a = np.triu(a) if upper else np.tril(a)
    return np.linalg.solve(a, b) if left else turned(np.linalg.solve(turned(a), turned(b)))


@function
def inverse_backward(grad: Any, inverse: Any) -> Any:
    """The cotangent of a matrix that was inverted."""
    right = product(grad, turned(inverse))
    return -product(turned(inverse), right)


def _of_log_determinant(grad: Any, a: Any) -> Any:
    """The cotangent of log |det a|, times ``grad``: the inverse, turned."""
    if isinstance(grad, Tensor):
        size = (*grad.shape, a.shape[-1])
        along = OPS["expand"](unsqueeze(grad, -1), size=size)
        return solved(turned(a), turned(_diagonal_matrix(along)))
    return turned(np.linalg.inv(a)) * np.asarray(grad)[..., None, None]


@function
def det_backward(grad: Any, a: Any, result: Any) -> Any:
    """The cotangent of a matrix by its determinant; through the cofactors where it is singular."""
    number = result._array if isinstance(result, Tensor) else np.asarray(result)
    if not np.any(number == 0):
        return _of_log_determinant(grad * result, a)
    u, s, vh = np.linalg.svd(a._array if isinstance(a, Tensor) else a)
    others = np.stack([np.prod(np.delete(s, i, axis=-1), axis=-1) for i in range(s.shape[-1])], axis=-1)
    sign = np.linalg.det(u) * np.linalg.det(vh)
    cofactors = np.matmul(u * others[..., None, :], vh) * sign[..., None, None]
    if isinstance(grad, Tensor):
        return unsqueeze(unsqueeze(grad, -1), -1) * wrap(np.asarray(cofactors))
    return np.asarray(grad)[..., None, None] * cofactors


@function
def slogdet_backward(grads: Sequence[Any], a: Any) -> Any:
    """The cotangent of a matrix by the logarithm of its determinant; its sign has no slope."""
    return None if grads[1] is None else _of_log_determinant(grads[1], a)


def _as_matrix(x: Any, vector: bool) -> Any:
    return unsqueeze(x, -1) if vector else x


def is_vector(a: Any, b: Any) -> bool:
    """Whether the right side of an equation is one vector for each matrix."""
    return len(b.shape) == 1 or (len(a.shape) - 1 == len(b.shape) and tuple(a.shape[:-1]) == tuple(b.shape))


@function
def solve_right_backward(grad: Any, a: Any, result: Any, left: bool) -> Any:
    """The cotangent of the right side of a linear equation."""
    vector = is_vector(a, result)
    grad = _as_matrix(grad, vector)
    found = solved(turned(a), grad) if left else turned(solved(a, turned(grad)))
    if not vector:
        return found
    return OPS["squeeze.dim"](found, dim=-1) if isinstance(found, Tensor) else found[..., 0]


@function
def solve_matrix_backward(grad: Any, a: Any, result: Any, left: bool) -> Any:
    """The cotangent of the matrix of a linear equation."""
    vector = is_vector(a, result)
    grad = _as_matrix(grad, vector)
    found = solved(turned(a), grad) if left else turned(solved(a, turned(grad)))
    x = turned(_as_matrix(result, vector))
    return -product(found, x) if left else -product(x, found)


@function
def triangular_right_backward(grad: Any, a: Any, upper: bool, left: bool) -> Any:
    """The cotangent of the right side of a triangular equation."""
    return solved_triangular(turned(a), grad, not upper, left)


@function
def triangular_matrix_backward(grad: Any, a: Any, result: Any, upper: bool, left: bool) -> Any:
    """The cotangent of the matrix of a triangular equation."""
    found = solved_triangular(turned(a), grad, not upper, left)
    whole = product(found, turned(result)) if left else product(turned(result), found)
    return _triangle(-whole, upper)


@function
def cholesky_backward(grad: Any, lower: Any, upper: bool) -> Any:
    """The cotangent of a matrix by its Cholesky factor."""
    if upper:
        grad, lower = turned(grad), turned(lower)
    inside = _triangle(product(turned(lower), grad), upper=False)
    strict = turned(_triangle(inside, upper=False, diagonal=-1))
    both = inside + strict
    half = OPS["mul.Scalar"](both, other=0.5) if isinstance(both, Tensor) else both * 0.5
    once = solved_triangular(turned(lower), half, upper=True)
    return solved_triangular(lower, once, upper=False, left=False)


def _half_diagonal(x: Any) -> Any:
    """``x + x.T`` with the diagonal counted once."""
    n = x.shape[-1]
    return (x + turned(x)) * (1 - 0.5 * _eye(x, n)) if not isinstance(x, Tensor) else (x + turned(x)) * _halving(x, n)


def _halving(x: Tensor, n: int) -> Tensor:
    return wrap((1 - 0.5 * np.eye(n)).astype(x._array.dtype))


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
    if m >= n:
        return _qr_square(grad_q, grad_r, q, r)
    from .shapes import sliced

    square, rest = sliced(r, -1, 0, m, 1), sliced(r, -1, m, n, 1)
    grad_square = None if grad_r is None else sliced(grad_r, -1, 0, m, 1)
    if grad_r is None:
        first, second = _qr_square(grad_q, None, q, square), zeros_of(product(q, rest))
    else:
        grad_rest = sliced(grad_r, -1, m, n, 1)
        of_rest = product(product(q, rest), turned(grad_rest))
        first = _qr_square(of_rest if grad_q is None else grad_q + of_rest, grad_square, q, square)
        second = product(q, grad_rest)
    return OPS["cat"](first, second, dim=-1) if isinstance(first, Tensor) else np.concatenate([first, second], axis=-1)


def _qr_square(grad_q: Any, grad_r: Any, q: Any, r: Any) -> Any:
    inside = None if grad_r is None else product(grad_r, turned(r))
    if grad_q is not None:
        lost = product(turned(q), grad_q)
        inside = -lost if inside is None else inside - lost
    whole = product(q, _half_diagonal(_triangle(inside, upper=True)))
    if grad_q is not None:
        whole = whole + grad_q
    return solved_triangular(turned(r), whole, upper=False, left=False)


def _gaps(values: Any) -> Any:
    """``values[j] - values[i]``, and 1 on the diagonal."""
    gaps = unsqueeze(values, -2) - unsqueeze(values, -1)
    return gaps + _eye(values, values.shape[-1])


@function
def eigh_backward(grads: Sequence[Any], values: Any, vectors: Any) -> Any:
    """The cotangent of a symmetric matrix by its eigenvalues and eigenvectors."""
    grad_values, grad_vectors = grads[0], grads[1]
    if grad_vectors is None:
        return product(vectors * unsqueeze(grad_values, -2), turned(vectors))
    inside = product(turned(vectors), grad_vectors) / _gaps(values)
    off = 1 - np.eye(values.shape[-1])
    inside = inside * (
        wrap(off.astype(inside._array.dtype)) if isinstance(inside, Tensor) else off.astype(inside.dtype)
    )
    if grad_values is not None:
        inside = inside + _diagonal_matrix(grad_values)
    return product(vectors, product(inside, turned(vectors)))


@function
def svd_backward(grads: Sequence[Any], u: Any, s: Any, vh: Any) -> Any:
    """The cotangent of a matrix by its singular value decomposition."""
    from .shapes import sliced

    grad_u, grad_s, grad_vh = grads[0], grads[1], grads[2]
    k = s.shape[-1]
    u, vh = sliced(u, -1, 0, k, 1), sliced(vh, -2, 0, k, 1)
    grad_u = None if grad_u is None else sliced(grad_u, -1, 0, k, 1)
    grad_vh = None if grad_vh is None else sliced(grad_vh, -2, 0, k, 1)
    if grad_u is None and grad_vh is None:
        return product(u, unsqueeze(grad_s, -1) * vh)
    gaps = _gaps(s * s)
    inside = None
    if grad_u is not None:
        skew = product(turned(u), grad_u)
        inside = (skew - turned(skew)) / gaps * unsqueeze(s, -2)
    if grad_vh is not None:
        skew = product(vh, turned(grad_vh))
        part = unsqueeze(s, -1) * ((skew - turned(skew)) / gaps)
        inside = part if inside is None else inside + part
    if grad_s is not None:
        inside = inside + _diagonal_matrix(grad_s)
    whole = product(product(u, inside), vh)
    if grad_u is not None and u.shape[-2] > k:
        beyond = grad_u / unsqueeze(s, -2)
        whole = whole + product(beyond - product(u, product(turned(u), beyond)), vh)
    if grad_vh is not None and vh.shape[-1] > k:
        beyond = grad_vh / unsqueeze(s, -1)
        whole = whole + product(u, beyond - product(product(beyond, turned(vh)), vh))
    return whole


@function
def pinv_backward(grad: Any, pinv: Any, a: Any) -> Any:
    """The cotangent of a matrix by its pseudo-inverse (Golub and Pereyra)."""
    pinv_t, grad_t = turned(pinv), turned(grad)
    if a.shape[-2] <= a.shape[-1]:
        k = product(grad_t, pinv)
        k_pinv = product(k, pinv_t)
        outside = product(product(pinv_t, pinv), grad_t - product(k, a))
        return -turned(product(pinv, k)) + k_pinv - product(product(a, pinv), k_pinv) + outside
    k = product(pinv, grad_t)
    pinv_k = product(pinv_t, k)
    outside = product(product(grad_t - product(a, k), pinv), pinv_t)
    return -turned(product(k, pinv)) + outside + pinv_k - product(product(pinv_k, pinv), a)


@function
def pseudo_inverse(a: Any) -> Any:
    """The pseudo-inverse, where formulas need it."""
    return OPS["linalg_pinv"](a) if isinstance(a, Tensor) else np.linalg.pinv(a)


@function
def lstsq_matrix_backward(grad: Any, a: Any, b: Any) -> Any:
    """The cotangent of the matrix of a least-squares problem."""
    pinv = pseudo_inverse(a)
    return pinv_backward(product(grad, turned(b)), pinv, a)


@function
def lstsq_right_backward(grad: Any, a: Any) -> Any:
    """The cotangent of the right side of a least-squares problem."""
    return product(turned(pseudo_inverse(a)), grad)


def exponential(a: Any) -> Any:
    """The matrix exponential of an array, by scaling and squaring a Taylor series."""
    a = np.asarray(a)
    norm = float(np.abs(a).sum(axis=-1).max()) if a.size else 0.0
    halvings = max(0, int(np.ceil(np.log2(norm))) + 2) if norm > 0 else 0
    scaled = a.astype(np.float64) / 2**halvings
    total = np.broadcast_to(np.eye(a.shape[-1]), a.shape).copy()
    term = total.copy()
    for k in range(1, 20):
        term = np.matmul(term, scaled) / k
        total = total + term
    for _ in range(halvings):
        total = np.matmul(total, total)
    return total.astype(a.dtype)


@function
def exponential_backward(grad: Any, a: Any) -> Any:
    """The cotangent of a matrix by its exponential: a corner of the exponential of a block matrix."""
    n = a.shape[-1]
    at = turned(a)
    if isinstance(a, Tensor) or isinstance(grad, Tensor):
        from .shapes import sliced

        above = OPS["cat"](at, grad, dim=-1)
        below = OPS["cat"](OPS["zeros_like"](at), at, dim=-1)
        whole = OPS["linalg_matrix_exp"](OPS["cat"](above, below, dim=-2))
        return sliced(sliced(whole, -2, 0, n, 1), -1, n, 2 * n, 1)
    top = np.concatenate([at, np.broadcast_to(grad, at.shape)], axis=-1)
    bottom = np.concatenate([np.zeros_like(at), at], axis=-1)
    return exponential(np.concatenate([top, bottom], axis=-2))[..., :n, n:]


@function
def trace_backward(grad: Any, sizes: Sequence[int]) -> Any:
    """The cotangent on the diagonal of zeros."""
    eye = np.eye(sizes[0], sizes[1])
    if isinstance(grad, Tensor):
        return OPS["mul"](grad, wrap(eye.astype(grad._array.dtype)))
    return grad * eye.astype(grad.dtype)


@function
def cross_of(a: Any, b: Any, dim: int) -> Any:
    """The cross product of vectors along a dimension."""
    if isinstance(a, Tensor) or isinstance(b, Tensor):
        return OPS["linalg_cross"](a, b, dim=dim)
    return np.cross(a, b, axis=dim)


@function
def cdist_backward(grad: Any, x: Any, y: Any, p: float, result: Any) -> Any:
    """The cotangent of the first points by their distances to the second."""
    difference = unsqueeze(x, -2) - unsqueeze(y, -3)
    grad, distance = unsqueeze(grad, -1), unsqueeze(result, -1)
    zero = distance == 0
    if p == 2:
        slope = NAMESPACE["zero_where"](grad / distance, zero) * difference
    elif p == 1:
        slope = NAMESPACE["sgn"](difference) * grad
    elif p == 0:
        slope = difference * 0
    elif p == float("inf"):
        size = NAMESPACE["absolute"](difference)
        slope = NAMESPACE["sgn"](difference) * grad * (size == distance)
    else:
        size = NAMESPACE["absolute"](difference)
        rate = NAMESPACE["zero_where"](grad * distance ** (1 - p), zero)
        slope = NAMESPACE["zero_where"](NAMESPACE["sgn"](difference) * size ** (p - 1), size == 0) * rate
    axis = len(slope.shape) - 2
    if isinstance(slope, Tensor):
        return OPS["sum.dim"](slope, dim=(axis,), keepdim=False)
    return np.add.reduce(slope, axis=axis)
