"""Forwards of what is computed from triangular factors and from reflections, on arrays, with PyTorch's words."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..apply import check_kernel
from ..dtypes import INEXACT, Array
from ..functions.reflections import identity_like, reflected
from ..memory_format import by_columns
from ._decompositions import solve_triangular
from ._lu import adjoint_of, substituted
from ._matrix_checks import check_square, refuse_where, singular
from ._words import label


def _check_right(name: str, b: Array, a: Array) -> None:
    for which, x in (("b", b), ("u" if name == "cholesky_solve" else "A", a)):
        if x.ndim < 2 and name == "triangular_solve":
            raise RuntimeError(
                f"torch.{name}: Expected {which} to have at least 2 dimensions, but it has {x.ndim} dimensions instead"
            )
        if x.ndim < 2:
            raise RuntimeError(f"{which} should have at least 2 dimensions, but has {x.ndim} dimensions instead")
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"Expected b and A to have the same dtype, but found b of type {label(b.dtype)} and A of type "
            f"{label(a.dtype)} instead."
        )
    if a.shape[-2] != a.shape[-1]:
        raise RuntimeError(
            f"A must be batches of square matrices, but they are {a.shape[-2]} by {a.shape[-1]} matrices"
        )
    if a.shape[-2] != b.shape[-2]:
        raise RuntimeError(
            f"Incompatible matrix sizes for {name}: each A matrix is {a.shape[-2]} by {a.shape[-1]} but each b matrix "
            f"is {b.shape[-2]} by {b.shape[-1]}"
        )
    check_kernel(f"{name}_cpu", a)


def _lower(factor: Array, upper: bool) -> Array:
    return adjoint_of(np.triu(factor)) if upper else np.tril(factor)


def cholesky_inverse(factor: Array, upper: bool) -> Any:
    check_square("cholesky_inverse", factor)
    check_kernel("cholesky_inverse_out_cpu", factor)
    zero = np.einsum("...ii->...i", factor) == 0
    if zero.any():
        refuse_where(np.where(zero.any(-1), zero.argmax(-1) + 1, 0), singular("cholesky_inverse"))
    lower = _lower(factor, upper)
    n = factor.shape[-1]
    inside = substituted(lower, np.broadcast_to(np.eye(n, dtype=factor.dtype), lower.shape), False)
    return by_columns(np.matmul(adjoint_of(inside), inside))


def cholesky_solve(b: Array, factor: Array, upper: bool) -> Any:
    _check_right("cholesky_solve", b, factor)
    lower = _lower(factor, upper)
    return by_columns(substituted(adjoint_of(lower), substituted(lower, b, False), True))


def triangular_solve(b: Array, a: Array, upper: bool, transpose: bool, unitriangular: bool) -> tuple[Array, Array]:
    _check_right("triangular_solve", b, a)
    matrix = np.swapaxes(a, -2, -1) if transpose else a
    solution = solve_triangular(matrix, b, upper != transpose, True, unitriangular)
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    return solution, by_columns(np.broadcast_to(a, (*batch, *a.shape[-2:])))


def householder_product(a: Array, tau: Array) -> Any:
    name = "torch.linalg.householder_product"
    if a.ndim < 2:
        raise RuntimeError(f"{name}: input must have at least 2 dimensions.")
    if a.shape[-2] < a.shape[-1]:
        raise RuntimeError(f"{name}: input.shape[-2] must be greater than or equal to input.shape[-1]")
    if a.shape[-1] < tau.shape[-1]:
        raise RuntimeError(f"{name}: input.shape[-1] must be greater than or equal to tau.shape[-1]")
    _check_factors(name, a, tau)
    if a.dtype != tau.dtype:
        raise RuntimeError(f"{name}: tau dtype {label(tau.dtype)} does not match input dtype {label(a.dtype)}")
    check_kernel("orgqr_cpu", a)
    return by_columns(reflected(a, tau, identity_like(a))[-1])


def ormqr(a: Array, tau: Array, other: Array, left: bool, transpose: bool) -> Any:
    if a.ndim < 2 or other.ndim < 2:
        which = "input" if a.ndim < 2 else "other"
        raise RuntimeError(f"torch.ormqr: {which} must have at least 2 dimensions.")
    side = -2 if left else -1
    if other.shape[side] < tau.shape[-1] and other.shape[side] == a.shape[-2]:
        raise RuntimeError(f"torch.ormqr: other.shape[{side}] must be greater than or equal to tau.shape[-1]")
    if tau.shape[-1] != min(other.shape[side], a.shape[-1]) and other.shape[side] == a.shape[-2]:
        raise RuntimeError(f"torch.ormqr: tau.shape[-1] must be equal to min(other.shape[{side}], input.shape[-1])")
    if other.shape[side] != a.shape[-2]:
        raise RuntimeError(f"torch.ormqr: other.shape[{side}] must be equal to input.shape[-2]")
    _check_factors("torch.ormqr", a, tau)
    for which, x in (("tau", tau), ("other", other)):
        if x.dtype != a.dtype:
            raise RuntimeError(
                f"torch.ormqr: Expected input and {which} to have the same dtype, but input has dtype{label(a.dtype)} "
                f"and {which} has dtype {label(x.dtype)}"
            )
    check_kernel("ormqr_cpu", a)
    x = other if left else adjoint_of(other)
    backwards = left == transpose
    result = reflected(a, np.conjugate(tau) if backwards else tau, x, backwards)[-1]
    return by_columns(result if left else adjoint_of(result))


def _check_factors(name: str, a: Array, tau: Array) -> None:
    if tau.ndim != a.ndim - 1:
        raise RuntimeError(
            f"{name}: Expected tau to have one dimension less than input, but got tau.ndim equal to {tau.ndim} and "
            f"input.ndim is equal to {a.ndim}"
        )


def geqrf(a: Array) -> tuple[Array, Array]:
    """The vectors of the reflections below R, and their factors."""
    if a.ndim < 2:
        raise RuntimeError("torch.geqrf: input must have at least 2 dimensions.")
    if a.dtype.kind not in INEXACT:
        raise NotImplementedError(f"\"geqrf_cpu\" not implemented for '{label(a.dtype)}'")
    k = min(a.shape[-2:])
    if a.size == 0:
        return by_columns(a), np.zeros((*a.shape[:-2], k), a.dtype)
    vectors, tau = np.linalg.qr(a, mode="raw")
    return by_columns(np.asarray(np.swapaxes(vectors, -2, -1), a.dtype)), np.asarray(tau, a.dtype)
