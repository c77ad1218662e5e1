"""Forwards of products, variances and counts, on arrays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import dtypes
from ..dtypes import Array
from ..elementary import exp, log
from ..errors import bracketed
from ..functions.dims import normalize_dim, normalize_dims
from ..warn import warn
from ._reductions import accumulating, sum_of

_multiply: Any = np.multiply.reduce  # numpy's stubs know no ``keepdims`` that is not a literal
_SHARED_WORDS = {"var": "std and var", "std": "std and var"}


def prod_all(x: Array, dtype: dtypes.dtype | None) -> Any:
    x = accumulating(x, dtype)
    return _multiply(x, axis=None, dtype=x.dtype)


def prod_dim(x: Array, dim: int, keepdim: bool, dtype: dtypes.dtype | None) -> Any:
    x = accumulating(x, dtype)
    axis = normalize_dim(dim, x.ndim)
    return _multiply(x, axis=axis, keepdims=keepdim, dtype=x.dtype) if x.ndim else x.copy()


def _moments(name: str, x: Array, dim: Any, correction: float | None, keepdim: bool) -> tuple[Any, Any]:
    if x.dtype.kind not in "fc":
        raise RuntimeError(f"{_SHARED_WORDS.get(name, name)} only support floating point and complex dtypes")
    dims = normalize_dims(dim, x.ndim)
    lead = 1 if correction is None else correction
    freedom = (math.prod(x.shape[d] for d in dims) if x.ndim else 1) - lead
    if freedom <= 0 or (lead >= 0 and 0 in (n for d, n in enumerate(x.shape) if d not in dims)):
        warn(
            f"{name}(): degrees of freedom is <= 0. Correction should be strictly less than the reduction factor "
            "(input numel divided by output numel). (Triggered internally at "
            "/__w/pytorch/pytorch/aten/src/ATen/native/ReduceOps.cpp:1861.)"
        )
    wide = x.astype(np.complex128 if x.dtype.kind == "c" else np.float64)
    mean = sum_of(wide, axis=dims, keepdims=True) / math.prod(x.shape[d] for d in dims) if x.ndim else wide
    distance = np.abs(wide - mean) if x.dtype.kind == "c" else wide - mean
    var = sum_of(distance * distance, axis=dims, keepdims=True) if x.ndim else distance * distance
    var = var / np.float64(max(0, freedom) if x.ndim == 0 or all(x.shape[d] for d in dims) else 0)
    if not keepdim and x.ndim:
        var, mean = var.squeeze(dims), mean.squeeze(dims)
    return var, mean


def _real(x: Array) -> np.dtype[Any]:
    """The dtype of a distance between numbers."""
    return x.real.dtype


def var(x: Array, dim: Any, correction: float | None, keepdim: bool) -> Any:
    return np.asarray(_moments("var", x, dim, correction, keepdim)[0]).astype(_real(x))


def std(x: Array, dim: Any, correction: float | None, keepdim: bool) -> Any:
    return np.asarray(np.sqrt(_moments("std", x, dim, correction, keepdim)[0])).astype(_real(x))


def var_mean(x: Array, dim: Any, correction: float | None, keepdim: bool) -> Any:
    var, mean = _moments("var_mean", x, dim, correction, keepdim)
    return np.asarray(var).astype(_real(x)), np.asarray(mean).astype(x.dtype)


def std_mean(x: Array, dim: Any, correction: float | None, keepdim: bool) -> Any:
    var, mean = _moments("std_mean", x, dim, correction, keepdim)
    return np.asarray(np.sqrt(var)).astype(_real(x)), np.asarray(mean).astype(x.dtype)


def nansum(x: Array, dim: Any, keepdim: bool, dtype: dtypes.dtype | None) -> Any:
    x = accumulating(x, dtype)
    present = np.where(np.isnan(x), np.zeros((), dtype=x.dtype), x)
    return sum_of(present, axis=normalize_dims(dim, x.ndim), keepdims=keepdim, dtype=x.dtype) if x.ndim else present


def logsumexp(x: Array, dim: Any, keepdim: bool) -> Any:
    if x.dtype.kind != "f":
        x = x.astype(dtypes.default_floating().numpy)
    if not x.ndim:
        return x.copy()
    dims = normalize_dims(dim, x.ndim)
    if not keepdim and x.size and not isinstance(dim, int) and not dim:  # PyTorch takes no dimension out, and all
        raise RuntimeError(f"output with shape [] doesn't match the broadcast shape {bracketed((1,) * x.ndim)}")
    peak = np.maximum.reduce(x, axis=dims, keepdims=True, initial=-np.inf)
    peak = np.where(np.isinf(peak), np.zeros((), dtype=x.dtype), peak)
    total = log(sum_of(exp(x - peak), axis=dims, keepdims=True)) + peak
    return total if keepdim else total.squeeze(dims)


def _of_truth(x: Array, dim: Any, keepdim: bool, reduce: Any) -> Any:
    dims = None if dim is None else normalize_dims(dim, x.ndim)
    if dims is None or not x.ndim:
        found = np.asarray(reduce(x != 0, axis=None))
    else:
        found = np.asarray(reduce(x != 0, axis=dims, keepdims=keepdim))
    return found.astype(np.uint8) if x.dtype == np.uint8 else found


def all_dim(x: Array, dim: Any, keepdim: bool) -> Any:
    return _of_truth(x, dim, keepdim, np.logical_and.reduce)


def any_dim(x: Array, dim: Any, keepdim: bool) -> Any:
    return _of_truth(x, dim, keepdim, np.logical_or.reduce)


def count_nonzero(x: Array, dim: Any) -> Any:
    return np.count_nonzero(x, axis=None if dim is None or not x.ndim else normalize_dims(dim, x.ndim))
