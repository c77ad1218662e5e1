"""Forwards of counting and looking up, on arrays."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from functools import cmp_to_key
from typing import Any

import numpy as np

from .. import dtypes
from ..cascade import total
from ..dtypes import Array
from ..errors import MOST_BYTES, bracketed, storable
from ..functions.dims import normalize_dim
from ..functions.spacing import evenly_spaced
from ._words import C_NAMES, label


def unique(x: Array) -> Any:
    values, inverse, counts = np.unique(x, return_inverse=True, return_counts=True, equal_nan=False)
    return values, inverse.reshape(x.shape).astype(np.int64), counts.astype(np.int64)


def unique_dim(x: Array, dim: int) -> Any:
    axis = normalize_dim(dim, x.ndim)
    _refuse_nothing(x, axis)
    if x.dtype.kind == "f" and np.isnan(x).any():
        return _unique_with_nan(x, axis)
    values, inverse, counts = np.unique(x, return_inverse=True, return_counts=True, axis=axis)
    return values, inverse.reshape(-1).astype(np.int64), counts.astype(np.int64)


def _refuse_nothing(x: Array, axis: int) -> None:
    """Raises RuntimeError for slices without elements."""
    if x.ndim and x.shape[axis] == 0 and x.shape.count(0) > 1:
        raise RuntimeError("Number of zero sized dimensions is more than one, so unique cannot be applied ")
    if x.ndim and x.shape[axis] and not x.size:
        raise RuntimeError("There are 0 sized dimensions, and they aren't selected, so unique cannot be applied")


def _unique_with_nan(x: Array, axis: int) -> Any:
    """Slices with NaN in them equal none, and stand where the rest of their numbers puts them."""
    rows = np.moveaxis(x, axis, 0)
    flat = rows.reshape(len(rows), -1)

    def compared(i: int, j: int) -> int:
        apart = np.flatnonzero((flat[i] < flat[j]) | (flat[i] > flat[j]))
        return 0 if not apart.size else -1 if flat[i][apart[0]] < flat[j][apart[0]] else 1

    order = sorted(range(len(rows)), key=cmp_to_key(compared))
    values, places, counts = unique_consecutive(rows[order], 0)
    inverse = np.empty(len(rows), np.int64)
    inverse[order] = places
    return np.moveaxis(values, 0, axis), inverse, counts


def unique_consecutive(x: Array, dim: int | None) -> Any:
    if dim is not None:
        _refuse_nothing(x, normalize_dim(dim, x.ndim))
    rows = x.reshape(-1) if dim is None else np.moveaxis(x, normalize_dim(dim, x.ndim), 0) if x.ndim else x.reshape(1)
    starts = np.ones(len(rows), dtype=bool)
    differs = rows[1:] != rows[:-1]
    starts[1:] = differs.any(axis=tuple(range(1, rows.ndim)))
    places = np.flatnonzero(starts)
    inverse = (np.cumsum(starts) - 1).astype(np.int64)
    counts = np.diff(np.append(places, len(rows))).astype(np.int64)
    if dim is None:
        return rows[places], inverse.reshape(x.shape), counts
    return (np.moveaxis(rows[places], 0, normalize_dim(dim, x.ndim)) if x.ndim else x.copy()), inverse, counts


def searchsorted(edges: Array, values: Any, out_int32: bool, right: bool) -> Any:
    if not isinstance(values, np.ndarray):
        values = np.asarray(values, np.result_type(edges, values))  # a number as it is among the edges
    if not edges.ndim:
        raise RuntimeError(
            "torch.searchsorted(): boundaries tensor should have positive dimension, but got 0 dimension"
        )
    if not values.ndim and edges.ndim > 1:
        raise RuntimeError(
            "torch.searchsorted(): input value can be a scalar only when boundaries tensor dimension is 1, but we got "
            f"boundaries tensor dim({edges.ndim}) and input value's dim(0) numel(1)"
        )
    if edges.ndim == 1:
        found = _bounds(edges, values, right)
    elif not values.size:
        found = np.zeros(values.shape)
    else:
        if edges.shape[:-1] != values.shape[:-1]:
            raise RuntimeError(
                "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of "
                f"boundaries tensor and input value tensor must match, but we got "
                f"boundaries tensor {list(edges.shape)} and input value tensor {list(values.shape)}"
            )
        rows = zip(edges.reshape(-1, edges.shape[-1]), values.reshape(-1, values.shape[-1]), strict=True)
        found = np.stack([_bounds(row, wanted, right) for row, wanted in rows]).reshape(values.shape)
    return np.asarray(found).astype(np.int32 if out_int32 else np.int64)


def _bounds(edges: Array, values: Array, right: bool) -> Any:
    """Where each value would go in; among edges that are not in order, where halving them leads."""
    if (edges[:-1] <= edges[1:]).all() and not ((edges[:1] != edges[:1]).any() or (values != values).any()):
        return np.searchsorted(edges, values, side="right" if right else "left")
    first, last = np.zeros(values.shape, np.int64), np.full(values.shape, len(edges))
    while (first < last).any():
        middle = first + ((last - first) >> 1)
        found = edges[np.minimum(middle, len(edges) - 1)]
        beyond = (found > values if right else found >= values) | (first == last)
        first, last = np.where(beyond, first, middle + 1), np.where(beyond, middle, last)
    return first


def bincount(x: Array, weights: Array | None, minlength: int) -> Any:
    if x.dtype.kind not in "iu":
        raise NotImplementedError(f"\"bincount_cpu\" not implemented for '{label(x.dtype)}'")
    if minlength < 0:
        raise RuntimeError("minlength should be >= 0")
    if x.ndim != 1 or (x.size and x.min() < 0):
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    if weights is not None and weights.shape != x.shape:
        raise RuntimeError("weights should be 1-d and have the same length as input")
    highest = int(x.max()) if x.size else -1
    if highest == MOST_BYTES:
        raise RuntimeError(
            f"maximum value of input overflowed, it should be < {MOST_BYTES} but got {highest}"
        )
    storable((max(highest + 1, minlength),), np.dtype(np.int64))
    found = np.bincount(x.astype(np.int64), weights, minlength)
    if weights is None:
        return found.astype(np.int64)
    return found.astype(weights.dtype if weights.dtype == np.float32 else np.float64)


def histc(x: Array, bins: int, min: float, max: float) -> Any:
    if x.dtype.kind != "f":
        raise NotImplementedError(f"\"histogram_cpu\" not implemented for '{label(x.dtype)}'")
    if bins <= 0:
        raise RuntimeError(f"torch.histogram(): bins must be > 0, but got {bins} for dimension 0")
    storable((bins + 1,), x.dtype)
    low, high = (float(x.min()), float(x.max())) if min == max and x.size else (float(min), float(max))
    if low == high:
        low, high = low - 1, high + 1
    if not (np.isfinite(low) and np.isfinite(high)):
        raise RuntimeError(f"torch.histc: range of [{low:g}, {high:g}] is not finite")
    if low > high:
        raise RuntimeError("torch.histc: max must be larger than min")
    least, most = x.dtype.type(low), x.dtype.type(high)
    taken = x[(x >= least) & (x <= most)]
    places = ((taken - least) * x.dtype.type(bins) / (most - least)).astype(np.int64)
    return np.bincount(np.minimum(places, bins - 1), minlength=bins).astype(x.dtype)


def _c_name(x: Array) -> str:
    return C_NAMES[dtypes.of(x).name]


def histogram(
    x: Array, weight: Array | None, edges: Array | None, bins: int, range: Any, density: bool
) -> tuple[Any, Any]:
    if x.dtype not in (np.float32, np.float64):
        raise NotImplementedError(f"\"histogramdd\" not implemented for '{label(x.dtype)}'")
    if weight is not None and weight.shape != x.shape:
        raise RuntimeError(
            "torch.histogramdd: if weight tensor is provided it should have the same shape as the input tensor "
            f"excluding its innermost dimension, but got input with shape [{x.size}, 1] and weight with shape "
            f"[{weight.size}]"
        )
    if weight is not None and weight.dtype != x.dtype:
        raise RuntimeError(
            "torch.histogramdd: if weight tensor is provided, input tensor and weight tensor should have the same "
            f"dtype, but got input({_c_name(x)}), and weight({_c_name(weight)})"
        )
    cuts = _even_edges(x, bins, range) if edges is None else edges
    if cuts.dtype != x.dtype:
        raise RuntimeError(
            "torch.histogramdd: input tensor and bins tensors should have the same dtype, but got input with dtype "
            f"{_c_name(x)} and bins for dimension 0 with dtype {_c_name(cuts)}"
        )
    if cuts.ndim != 1:
        raise RuntimeError(
            f"torch.histogramdd: bins tensor should have one dimension, but got {cuts.ndim} dimensions in the bins "
            "tensor for dimension 0"
        )
    if not cuts.size:
        raise RuntimeError(
            "torch.histogramdd: bins tensor should have at least 1 element, but got 0 elements in the bins tensor for "
            "dimension 0"
        )
    return _counted(x.reshape(-1, 1), [cuts], weight, density), cuts.copy()


def _even_edges(x: Array, bins: int, range: Any, dim: int = 0) -> Array:
    if bins <= 0:
        raise RuntimeError(f"torch.histogram(): bins must be > 0, but got {bins} for dimension {dim}")
    if range is not None and len(range) != 2:
        raise RuntimeError(
            f"torch.histogramdd: for a 1-dimensional histogram range should have 2 elements, but got {len(range)}"
        )
    low, high = range if range is not None else (float(x.min()), float(x.max())) if x.size else (0.0, 1.0)
    if not (np.isfinite(low) and np.isfinite(high)):
        raise RuntimeError(f"torch.histogramdd: dimension {dim}'s range [{low:g}, {high:g}] is not finite")
    if low > high:
        raise RuntimeError(
            f"torch.histogramdd: min should not exceed max, but got min {low:g} max {high:g} for dimension {dim}"
        )
    if low == high:
        low, high = low - 0.5, high + 0.5
    return evenly_spaced(x.dtype.type(low), x.dtype.type(high), bins + 1)


def histogramdd(
    x: Array, bins: Sequence[Any], range: Sequence[float] | None, weight: Array | None, density: bool
) -> tuple[Array, list[Array]]:
    """How many points, rows of ``x``, fall into each box, and the boxes' edges along each dimension."""
    if x.ndim < 2:
        raise RuntimeError("torch.histogramdd: input tensor should have at least 2 dimensions")
    points = x.reshape(-1, x.shape[-1])
    count = points.shape[1]
    if x.dtype not in (np.float32, np.float64):
        raise NotImplementedError(f"\"histogramdd\" not implemented for '{label(x.dtype)}'")
    if len(bins) != count:
        raise RuntimeError("histogramdd: The size of bins must be equal to the innermost dimension of the input.")
    if range is not None and len(range) != 2 * count:
        raise RuntimeError(
            f"torch.histogramdd: for a {count}-dimensional histogram range should have {2 * count} elements, but got "
            f"{len(range)}"
        )
    if weight is not None and weight.shape != x.shape[:-1]:
        raise RuntimeError(
            "torch.histogramdd: if weight tensor is provided it should have the same shape as the input tensor "
            f"excluding its innermost dimension, but got input with shape {bracketed(x.shape)} and weight with shape "
            f"{bracketed(weight.shape)}"
        )
    edges = [
        each.copy()
        if isinstance(each, np.ndarray)
        else _even_edges(points[:, d], each, None if range is None else range[2 * d : 2 * d + 2], d)
        for d, each in enumerate(bins)
    ]
    return _counted(points, edges, weight, density), edges


def _counted(points: Array, edges: Sequence[Array], weight: Array | None, density: bool) -> Array:
    """How many points, or how much weight of theirs, fall into each box; a box's last edge counts as in it if no other
    follows. With ``density``, by the whole and the box's sides."""
    sizes = tuple(len(cuts) - 1 for cuts in edges)
    if 0 in sizes:
        raise RuntimeError(f"torch.histogram(): bins must be > 0, but got 0 for dimension {sizes.index(0)}")
    along = list(zip(points.T, edges, strict=True))
    inside = np.all([(x >= cuts[0]) & (x <= cuts[-1]) for x, cuts in along], axis=0)
    places = [np.minimum(_bounds(cuts, x[inside], True) - 1, len(cuts) - 2) for x, cuts in along]
    found = np.zeros(sizes, points.dtype)
    np.add.at(found, tuple(places), 1 if weight is None else weight.reshape(-1)[inside])
    if density:
        found = found / total(found)
        for d, cuts in enumerate(edges):
            found = found / np.diff(cuts).reshape([-1 if i == d else 1 for i in builtins.range(len(edges))])
    return found


def isin(elements: Any, wanted: Any, assume_unique: bool, invert: bool) -> Any:
    if isinstance(elements, np.ndarray) and not isinstance(wanted, np.ndarray):
        return elements != wanted if invert else elements == wanted
    kind = np.result_type(elements, wanted)
    if kind.kind == "b":
        raise RuntimeError("Unsupported input type encountered for isin(): Bool")
    x, y = np.asarray(elements), np.asarray(wanted)
    if not assume_unique or y.size < int(10 * x.size**0.145):
        return np.isin(elements, wanted, invert=invert)
    # PyTorch sorts both together then, and takes what is like its neighbour for found.
    both = np.concatenate([x.ravel(), y.ravel()]).astype(kind)
    order = np.argsort(both, kind="stable")
    met = np.full(both.size, invert)
    met[:-1] = (both[order[1:]] == both[order[:-1]]) != invert
    found = np.empty(both.size, np.bool_)
    found[order] = met
    return found[: x.size].reshape(x.shape)
