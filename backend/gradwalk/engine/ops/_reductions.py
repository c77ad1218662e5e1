"""Forwards of reductions, on arrays, with PyTorch's result dtypes and words."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dtypes
from ..cascade import reduce, total
from ..core import at_once
from ..dtypes import Array
from ..functions.dims import normalize_dim, normalize_dims
from ..functions.vector_norms import norms
from ._words import label

# numpy's stubs know no ``keepdims`` that is not a literal.
sum_of: Callable[..., Any] = np.add.reduce
greatest_of: Callable[..., Any] = np.maximum.reduce
least_of: Callable[..., Any] = np.minimum.reduce


def accumulating(x: Array, dtype: dtypes.dtype | None) -> Array:
    """Integers and booleans are summed in int64, unless a dtype is asked for."""
    if dtype is not None:
        return x.astype(dtype.numpy)
    return x if x.dtype.kind in "fc" else x.astype(np.int64)


@at_once
def sum_all(x: Array, dtype: dtypes.dtype | None) -> Any:
    return total(accumulating(x, dtype))


def sum_dim(x: Array, dim: Any, keepdim: bool, dtype: dtypes.dtype | None) -> Any:
    x = accumulating(x, dtype)
    if x.ndim == 0:
        normalize_dims(dim, 0)
        return x.copy()
    return reduce(x, normalize_dims(dim, x.ndim), keepdim)


def _floating_for_mean(x: Array, dtype: dtypes.dtype | None) -> Array:
    kind = x.dtype if dtype is None else dtype.numpy
    if kind.kind not in "fc":
        which = "Input" if dtype is None else "Optional"
        raise RuntimeError(
            f"mean(): could not infer output dtype. {which} dtype must be either a floating point or complex dtype. "
            f"Got: {label(kind)}"
        )
    return x.astype(kind, copy=False)


@at_once
def mean_all(x: Array, dtype: dtypes.dtype | None) -> Any:
    x = _floating_for_mean(x, dtype)
    return total(x) / x.dtype.type(x.size)


def mean_dim(x: Array, dim: Any, keepdim: bool, dtype: dtypes.dtype | None) -> Any:
    x = _floating_for_mean(x, dtype)
    if x.ndim == 0:
        return x.copy()
    dims = normalize_dims(dim, x.ndim)
    return reduce(x, dims, keepdim) / x.dtype.type(math.prod(x.shape[d] for d in dims))


@at_once
def vector_norm(x: Array, ord: float, dim: Any, keepdim: bool, dtype: dtypes.dtype | None) -> Any:
    if dtype is not None:
        _check_norm_dtype(x, dtype)
        x = x.astype(dtype.numpy)
    if not x.size and x.ndim and (ord < 0 or ord == math.inf):
        _refuse_norm_of_none(x, ord, dim)
    if x.dtype.kind != "f":
        if x.dtype.kind == "c":
            return vector_norm(np.abs(x), ord, dim, keepdim, None)
        name = dtypes.of(x).legacy_name.removesuffix("Tensor")
        raise RuntimeError(f"linalg.vector_norm: Expected a floating point or complex tensor as input. Got {name}")
    if x.ndim == 0:
        return np.abs(x) if ord != 0 else (x != 0).astype(x.dtype)
    dims = normalize_dims(dim, x.ndim)
    return norms(x, ord, dims, keepdim)


def _check_norm_dtype(x: Array, dtype: dtypes.dtype) -> None:
    given = dtypes.of(x)
    to_complex, is_complex = dtype.category == dtypes.COMPLEX, given.category == dtypes.COMPLEX
    label = dtype.legacy_name.removesuffix("Tensor")
    if to_complex != is_complex:
        kind = "complex" if is_complex else "real"
        raise RuntimeError(f"linalg.vector_norm: dtype should be {kind} for {kind} inputs, but got {label}")
    if dtypes.promote(given, dtype) is not dtype:
        raise RuntimeError(
            f"linalg.vector_norm: the dtype of the input ({given.legacy_name.removesuffix('Tensor')}) should be "
            f"convertible without narrowing to the specified dtype ({label})"
        )


def _refuse_norm_of_none(x: Array, ord: float, dim: Any) -> None:
    """Raises RuntimeError for a norm that has no value for no numbers."""
    words = f"linalg.vector_norm cannot compute the {ord:g} norm on "
    if dim is None:
        raise RuntimeError(f"{words}an empty tensor because the operation does not have an identity")
    for d in normalize_dims(dim, x.ndim):
        if not x.shape[d]:
            raise RuntimeError(
                f"{words}the dimension {d}because this dimension is empty and the operation does not have an identity"
            )


def renorm(x: Array, p: float, dim: int, maxnorm: float) -> Any:
    if x.dtype.kind != "f":
        raise RuntimeError(
            f"linalg.vector_norm: Expected a floating point or complex tensor as input. Got {label(x.dtype)}"
        )
    if p <= 0:
        raise RuntimeError("renorm: non-positive-norm not supported")
    if maxnorm < 0:
        raise RuntimeError(f"renorm: expected maxnorm to be >= 0 but got {maxnorm:g}")
    if x.ndim < 2:
        raise RuntimeError(f"renorm: input needs at least 2 dimensions, got {x.ndim} dimensions")
    axis = normalize_dim(dim, x.ndim)
    norm = vector_norm(x, p, tuple(d for d in range(x.ndim) if d != axis), True, None)
    return x * np.where(norm > maxnorm, maxnorm / (norm + x.dtype.type(1e-7)), x.dtype.type(1)).astype(x.dtype)
