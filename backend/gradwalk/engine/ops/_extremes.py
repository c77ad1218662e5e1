"""Forwards of selections and orders, on arrays: greatest, least, middle, sorted; NaN counts as the greatest."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..dtypes import Array
from ..functions.dims import normalize_dim, normalize_dims
from ..functions.row_sums import log_sums_so_far
from ._reductions import greatest_of, least_of
from ._signed_zeros import of_all, of_many


def refuse_empty(name: str, x: Array, dim: int | None) -> None:
    """Raises what PyTorch raises for a selection among no elements."""
    if x.size == 0 and dim is None:
        raise RuntimeError(
            f"{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with "
            "the 'dim' argument."
        )
    if x.ndim and dim is not None and x.shape[normalize_dim(dim, x.ndim)] == 0:
        raise IndexError(f"{name}(): Expected reduction dim {normalize_dim(dim, x.ndim)} to have non-zero size.")


def max_all(x: Array) -> Any:
    refuse_empty("max", x, None)
    return of_all(greatest_of(x, axis=None), x)


def min_all(x: Array) -> Any:
    refuse_empty("min", x, None)
    return of_all(least_of(x, axis=None), x)


def picked(x: Array, indices: Any, dim: int, keepdim: bool) -> tuple[Any, Any]:
    """Values at positions along a dimension, and the positions."""
    if not x.ndim:
        normalize_dim(dim, 0)
        return x.copy(), np.zeros((), dtype=np.int64)
    axis = normalize_dim(dim, x.ndim)
    places = np.expand_dims(indices, axis)
    values = np.take_along_axis(x, places, axis)
    return (values, places) if keepdim else (values.squeeze(axis), places.squeeze(axis))


def _position(x: Array, dim: int, search: Any) -> Any:
    return search(x, axis=normalize_dim(dim, x.ndim)) if x.ndim else 0


def max_dim(x: Array, dim: int, keepdim: bool) -> Any:
    refuse_empty("max", x, dim)
    return picked(x, _position(x, dim, np.argmax), dim, keepdim)


def min_dim(x: Array, dim: int, keepdim: bool) -> Any:
    refuse_empty("min", x, dim)
    return picked(x, _position(x, dim, np.argmin), dim, keepdim)


def argmax(x: Array, dim: int | None, keepdim: bool) -> Any:
    return _argument("argmax", np.argmax, x, dim, keepdim)


def argmin(x: Array, dim: int | None, keepdim: bool) -> Any:
    return _argument("argmin", np.argmin, x, dim, keepdim)


def _argument(name: str, search: Any, x: Array, dim: int | None, keepdim: bool) -> Any:
    if x.dtype.kind == "b":
        raise RuntimeError(f"{name}(): does not support bool input")
    if x.size == 0 and dim is None:
        raise IndexError(f"{name}(): Expected reduction dim to be specified for input.numel() == 0.")
    refuse_empty(name, x, dim)
    if dim is not None:
        dim = normalize_dim(dim, x.ndim)
    return search(x, axis=dim if x.ndim else None, keepdims=keepdim and x.ndim > 0)


def amax(x: Array, dim: Any, keepdim: bool) -> Any:
    _refuse_empty_dims("amax", x, dim)
    return _along(greatest_of, x, dim, keepdim)


def amin(x: Array, dim: Any, keepdim: bool) -> Any:
    _refuse_empty_dims("amin", x, dim)
    return _along(least_of, x, dim, keepdim)


def _along(extreme: Any, x: Array, dim: Any, keepdim: bool) -> Any:
    if not x.ndim:
        return x.copy()
    axes = normalize_dims(dim, x.ndim)
    return of_many(extreme(x, axis=axes, keepdims=keepdim), x, axes)


def _refuse_empty_dims(name: str, x: Array, dim: Any) -> None:
    dims = normalize_dims(dim, x.ndim)
    if x.size == 0 and not dim:
        refuse_empty(name, x, None)
    for d in dims:
        refuse_empty(name, x, d if x.ndim else None)


def aminmax(x: Array, dim: int | None, keepdim: bool) -> Any:
    if x.size == 0:
        if dim is None:
            raise RuntimeError(
                "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity."
            )
        axis = normalize_dim(dim, x.ndim)
        if x.shape[axis] == 0:
            raise IndexError(f"aminmax: Expected reduction dim {axis} to have non-zero size.")
    if not x.ndim:
        return x.copy(), x.copy()
    if dim is None:
        least, greatest = of_all(least_of(x, axis=None), x), of_all(greatest_of(x, axis=None), x)
        shape = (1,) * x.ndim if keepdim else ()
        return np.reshape(least, shape), np.reshape(greatest, shape)
    axis = normalize_dim(dim, x.ndim)
    return _first_of(np.argmin, x, axis, keepdim), _first_of(np.argmax, x, axis, keepdim)


def _first_of(search: Any, x: Array, axis: int, keepdim: bool) -> Any:
    """The greatest or least along a dimension; of equals, as 0 and -0 are, the first."""
    found = np.take_along_axis(x, search(x, axis=axis, keepdims=True), axis)
    return found if keepdim else found.squeeze(axis)


def cumulative(x: Array, dim: int, ufunc: Any, dtype: dtypes.dtype | None) -> Any:
    axis = normalize_dim(dim, x.ndim)
    if dtype is not None:
        if dtype is dtypes.bool_ and x.ndim:
            name = "cumsum" if ufunc is np.add else "cumprod"
            raise NotImplementedError(f"\"{name}_out_cpu\" not implemented for 'Bool'")
        x = x.astype(dtype.numpy)
    elif x.dtype.kind not in "fc":
        x = x.astype(np.int64)
    x = np.ascontiguousarray(x) if x.ndim else x
    if x.dtype.kind == "f":  # PyTorch runs on in double precision
        return ufunc.accumulate(x, axis=axis, dtype=np.float64).astype(x.dtype) if x.ndim else x.copy()
    return ufunc.accumulate(x, axis=axis, dtype=x.dtype) if x.ndim else x.copy()  # numpy would take longer integers


def cumsum(x: Array, dim: int, dtype: dtypes.dtype | None) -> Any:
    return cumulative(x, dim, np.add, dtype)


def cumprod(x: Array, dim: int, dtype: dtypes.dtype | None) -> Any:
    return cumulative(x, dim, np.multiply, dtype)


def logcumsumexp(x: Array, dim: int) -> Any:
    axis = normalize_dim(dim, x.ndim)
    return log_sums_so_far(x, axis) if x.ndim else x.copy()


def running(x: Array, dim: int, ufunc: Any) -> Any:
    """Running extremes and where they are; of equals the last."""
    axis = normalize_dim(dim, x.ndim)
    if not x.ndim:
        return x.copy(), np.zeros((), dtype=np.int64)
    x = np.ascontiguousarray(x)
    values = ufunc.accumulate(x, axis=axis)
    shape = [1] * x.ndim
    shape[axis] = x.shape[axis]
    here = np.arange(x.shape[axis]).reshape(shape)
    reached = np.where((x == values) | ((x != x) & (values != values)), here, 0)
    return values, np.maximum.accumulate(reached, axis=axis)


def cummax(x: Array, dim: int) -> Any:
    return running(x, dim, np.maximum)


def cummin(x: Array, dim: int) -> Any:
    return running(x, dim, np.minimum)
