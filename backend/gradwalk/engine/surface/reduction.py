"""Reductions, with PyTorch's overloads: of all elements, or along dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import ops
from ..dtypes import INEXACT
from ..dtypes import dtype as Dtype  # noqa: N812 (``dtype`` is an argument's name here)
from ..errors import broadcast_mismatch
from ..functions.dims import normalize_dims
from ..history import find_histories
from ..published import AsOp
from ..tensor import Tensor
from .matrix_norms import matrix_norm
from .out import written_out
from .registry import must_be_tensor, public

Dim = int | tuple[int, ...] | list[int] | None


def _checked(dim: Dim, x: Tensor) -> Dim:
    try:
        normalize_dims(dim, x.ndim)
    except (IndexError, RuntimeError):
        find_histories([x])
        raise
    return tuple(dim) if isinstance(dim, list) else (dim,) if isinstance(dim, int) else dim


@public(straight=AsOp("sum", 1))
def sum(input: Any, dim: Dim = None, keepdim: bool = False, *, dtype: Dtype | None = None) -> Tensor:
    """Sum of all elements, or along ``dim``. Integers are summed in int64."""
    x = must_be_tensor("sum", "input", 1, input)
    if dim is None:
        return ops.reduction.sum(x, dtype=dtype)
    return ops.reduction.sum_dim(x, dim=_checked(dim, x), keepdim=keepdim, dtype=dtype)


@public(straight=AsOp("mean", 1))
def mean(input: Any, dim: Dim = None, keepdim: bool = False, *, dtype: Dtype | None = None) -> Tensor:
    """Mean of all elements, or along ``dim``. Raises RuntimeError for integers."""
    x = must_be_tensor("mean", "input", 1, input)
    if dim is None:
        return ops.reduction.mean(x, dtype=dtype)
    if dtype is None and x._array.dtype.kind not in INEXACT:
        return ops.reduction.mean(x, dtype=None)  # which says so, before dimensions are looked at
    return ops.reduction.mean_dim(x, dim=_checked(dim, x), keepdim=keepdim, dtype=dtype)


@public(method=False, name="norm", straight=AsOp("linalg_vector_norm", 1))
def _norm_function(
    input: Any, p: float | str | None = "fro", dim: Dim = None, keepdim: bool = False, out: Tensor | None = None,
    dtype: Dtype | None = None,
) -> Tensor:  # fmt: skip
    """:func:`norm`, which PyTorch has with its ``out`` by position."""
    if out is None:
        return norm(input, p, dim, keepdim, dtype)
    result: Tensor = written_out("linalg_vector_norm", norm, out, (input, p, dim, keepdim, dtype), {})
    return result


@public(function=False, straight=AsOp("linalg_vector_norm", 1))
def norm(
    input: Any, p: float | str | None = "fro", dim: Dim = None, keepdim: bool = False, dtype: Dtype | None = None
) -> Tensor:
    """Vector norm of order ``p`` ('fro' is 2) of all elements, or along ``dim``."""
    x = must_be_tensor("norm", "input", 1, input)
    if p == "nuc":
        return matrix_norm(x, "nuc", (-2, -1) if dim is None else dim, keepdim, dtype=dtype)
    if isinstance(p, str) and p != "fro":
        raise RuntimeError(f"linalg.matrix_norm: Order {p} not supported.")
    order = 2 if p is None or isinstance(p, str) else p
    return ops.reduction.vector_norm(
        x, ord=order, dim=_checked(dim, x) if dim is not None else None, keepdim=keepdim, dtype=dtype
    )


@public()
def equal(input: Any, other: Any) -> bool:
    """Whether two tensors have the same shape and elements."""
    x, y = must_be_tensor("equal", "input", 1, input), must_be_tensor("equal", "other", 2, other)
    return x.shape == y.shape and bool(np.all(x._array == y._array))


def refuse_negative(rtol: float, atol: float) -> None:
    """Raises RuntimeError for tolerances below 0."""
    for name, bound in (("rtol", rtol), ("atol", atol)):
        if bound < 0:
            raise RuntimeError(f"{name} must be greater than or equal to zero, but got {bound:g}")


@public()
def allclose(input: Any, other: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> bool:
    """Whether ``|input - other| <= atol + rtol * |other|`` everywhere."""
    x, y = must_be_tensor("allclose", "input", 1, input), must_be_tensor("allclose", "other", 2, other)
    if x.dtype is not y.dtype:
        names = [t.dtype.legacy_name.removesuffix("Tensor") for t in (x, y)]
        raise RuntimeError(f"{names[0]} did not match {names[1]}")
    refuse_negative(rtol, atol)
    mismatch = broadcast_mismatch(x.shape, y.shape)
    if mismatch is not None:
        raise mismatch
    return bool(np.allclose(x._array, y._array, rtol=rtol, atol=atol, equal_nan=equal_nan))
