"""Forwards of scatters that reduce what meets in a place, on arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import Array
from ..functions.dims import normalize_dim
from ..promotion import held
from ._scattering import OUT_OF_RANGE, check_scatter, found_index, places, sources, vector

_COMBINE: dict[str, Any] = {
    "sum": np.add, "add": np.add, "mean": np.add, "prod": np.multiply, "multiply": np.multiply, "amax": np.maximum,
    "amin": np.minimum,
}  # fmt: skip


def _neutral(reduce: str, kind: np.dtype[Any]) -> Any:
    """What changes nothing when it is combined."""
    if reduce in ("sum", "add", "mean"):
        return 0
    if reduce in ("prod", "multiply"):
        return 1
    lowest = reduce == "amax"
    if kind.kind == "f":
        return -np.inf if lowest else np.inf
    if kind.kind == "b":
        return not lowest
    limits = np.iinfo(kind)
    return limits.min if lowest else limits.max


def _combined(x: Array, where: tuple[Any, ...], src: Array, reduce: str, include: bool) -> Array:
    if not x.ndim:  # numpy takes no several sources for one number
        src = src.reshape(-1)
        return _combined(x.reshape(1), (np.zeros(src.size, np.int64),), src, reduce, include).reshape(())
    whole = np.array(x, order="C")  # also of one of numpy's numbers, whose copy is a number
    if not include:
        whole[where] = _neutral(reduce, x.dtype)
    _COMBINE[reduce].at(whole, where, src)
    if reduce == "mean":
        count = np.ones(x.shape, np.int64) if include else np.zeros(x.shape, np.int64)
        np.add.at(count, where, 1)
        count[count == 0] = 1
        whole = whole // count.astype(x.dtype) if x.dtype.kind in "iu" else whole / count.astype(x.dtype)
    return whole.astype(x.dtype, copy=False)


def scatter_reduced(x: Array, index: Array, src: Array, dim: int, reduce: str) -> Array:
    if reduce not in ("add", "multiply"):
        raise RuntimeError("reduce argument must be either add or multiply.")
    check_scatter(x, index, dim, src)
    if not index.size:
        return x.copy()
    return _combined(x, places("scatter", x, index, dim), sources(src, index), reduce, True)


def scatter_value_reduced(x: Array, index: Array, dim: int, value: Any, reduce: str) -> Array:
    if reduce not in ("add", "multiply"):
        raise RuntimeError("reduce argument must be either add or multiply.")
    check_scatter(x, index, dim, None)
    if not index.size:
        return x.copy()
    return _combined(x, places("scatter", x, index, dim), x.dtype.type(held(value, x.dtype)), reduce, True)


def scatter_reduce(x: Array, index: Array, src: Array, dim: int, reduce: str, include_self: bool) -> Array:
    if reduce not in ("sum", "prod", "mean", "amax", "amin"):
        raise RuntimeError(f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}")
    check_scatter(x, index, dim, src)
    if reduce == "mean" and x.dtype.kind == "b":
        kernel = "scatter_gather_tensor_cpu_reduce_mean" if index.size else "div_floor_cpu"
        raise NotImplementedError(f"\"{kernel}\" not implemented for 'Bool'")
    if not index.size:
        return x.copy()
    return _combined(x, places("scatter", x, index, dim), sources(src, index), reduce, include_self)


def index_reduce(x: Array, index: Array, source: Array, dim: int, reduce: str, include_self: bool) -> Array:
    if reduce not in ("prod", "mean", "amax", "amin"):
        raise RuntimeError(f"index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got {reduce}.")
    if index.ndim > 1:
        raise IndexError(f"index_reduce_(): Index is supposed to be a vector{found_index(index)}")
    if index.dtype not in (np.int64, np.int32):
        raise RuntimeError("index_reduce_(): Expected dtype int32/int64 for index")
    if source.dtype != x.dtype:
        raise RuntimeError("index_reduce_(): self and source must have the same scalar type")
    axis = normalize_dim(dim, x.ndim)
    extent = source.shape[axis] if source.ndim else 1
    if index.size != extent:
        raise RuntimeError(
            f"index_reduce_(): Number of indices ({index.size}) should be equal to self.size(dim) ({extent})"
        )
    if x.dtype.kind == "b":
        _refuse_logic(reduce, include_self, x.ndim, index.size)
    if not index.size:
        return x.copy()
    where = vector("index_reduce", x, index, dim, OUT_OF_RANGE)
    return _combined(x, where, source, reduce, include_self)


def _refuse_logic(reduce: str, include_self: bool, ndim: int, count: int) -> None:
    """Raises NotImplementedError for what PyTorch's loops over booleans lack: rows that are combined as they are."""
    lacking = "index_func_" if ndim <= 1 else "div_floor_cpu" if reduce == "mean" and count else None
    kernel = lacking if include_self else "index_reduce_func_exclude_input_init"
    if kernel is not None:
        raise NotImplementedError(f"\"{kernel}\" not implemented for 'Bool'")
