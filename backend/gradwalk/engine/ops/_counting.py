"""Forwards of counting and looking up, on arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..dtypes import Array
from ..functions.dims import normalize_dim


def unique(x: Array) -> Any:
    values, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    return values, inverse.reshape(x.shape).astype(np.int64), counts.astype(np.int64)


def unique_dim(x: Array, dim: int) -> Any:
    axis = normalize_dim(dim, x.ndim)
    values, inverse, counts = np.unique(x, return_inverse=True, return_counts=True, axis=axis)
    return values, inverse.reshape(-1).astype(np.int64), counts.astype(np.int64)


def unique_consecutive(x: Array) -> Any:
    flat = x.reshape(-1)
    starts = np.ones(flat.size, dtype=bool)
    starts[1:] = flat[1:] != flat[:-1]
    places = np.flatnonzero(starts)
    inverse = (np.cumsum(starts) - 1).reshape(x.shape)
    return flat[places], inverse.astype(np.int64), np.diff(np.append(places, flat.size)).astype(np.int64)


def searchsorted(edges: Array, values: Any, out_int32: bool, right: bool) -> Any:
    side: Any = "right" if right else "left"
    values = np.asarray(values)
    if edges.ndim == 1:
        found = np.searchsorted(edges, values, side=side)
    else:
        if edges.shape[:-1] != values.shape[:-1]:
            raise RuntimeError(
                "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of "
                f"boundaries tensor and input value tensor must match, but we got "
                f"boundaries tensor {list(edges.shape)} and input value tensor {list(values.shape)}"
            )
        rows = zip(edges.reshape(-1, edges.shape[-1]), values.reshape(-1, values.shape[-1]), strict=True)
        found = np.stack([np.searchsorted(row, wanted, side=side) for row, wanted in rows]).reshape(values.shape)
    return np.asarray(found).astype(np.int32 if out_int32 else np.int64)


def bincount(x: Array, weights: Array | None, minlength: int) -> Any:
    if x.dtype.kind == "f":
        name = dtypes.of(x).legacy_name.removesuffix("Tensor")
        raise NotImplementedError(f"\"bincount_cpu\" not implemented for '{name}'")
    if x.ndim != 1 or x.dtype.kind not in "iu" or (x.size and x.min() < 0):
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    found = np.bincount(x, weights, minlength)
    if weights is None:
        return found.astype(np.int64)
    return found.astype(weights.dtype if weights.dtype == np.float32 else np.float64)


def histc(x: Array, bins: int, min: float, max: float) -> Any:
    if x.dtype.kind != "f":
        name = dtypes.of(x).legacy_name.removesuffix("Tensor")
        raise NotImplementedError(f"\"histogram_cpu\" not implemented for '{name}'")
    if bins <= 0:
        raise RuntimeError(f"torch.histogram(): bins must be > 0, but got {bins} for dimension 0")
    low, high = (float(x.min()), float(x.max())) if min == max and x.size else (float(min), float(max))
    if low == high:
        low, high = low - 1, high + 1
    return np.histogram(x, bins=bins, range=(low, high))[0].astype(x.dtype)
