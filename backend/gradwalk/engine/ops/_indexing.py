"""Forwards of indexing with tensors, on arrays, with PyTorch's checks and words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..dtypes import Array
from ..errors import bracketed, partly
from ..indices import Indices, key
from ..layouts import filling, laid, row_by_row, sorted_dims, strides_of
from ._words import C_NAMES, label


def index(x: Array, indices: Indices) -> Array:
    places = key(x.shape, indices)
    found: Array = np.array(x[places], order="C")
    return found if x.flags.c_contiguous else _laid_as_indexed(found, x, places)


def _laid_as_indexed(found: Array, x: Array, places: tuple[Any, ...]) -> Array:
    """The result of indexing in the order of the tensor's dimensions in memory, then of the indices'."""
    axes = [axis for axis, place in enumerate(places) if isinstance(place, np.ndarray)]
    if not axes or found.ndim < 2:
        return found
    shape = np.broadcast_shapes(*(places[axis].shape for axis in axes))
    rest = [step for axis, step in enumerate(strides_of(x)) if axis not in axes]
    before = axes[0] if axes[-1] - axes[0] == len(axes) - 1 else 0
    own = (*rest[:before], *(0,) * len(shape), *rest[before:])
    spread = (*(1,) * before, *shape, *(1,) * (len(rest) - before))  # the indices as PyTorch views them
    along = tuple(
        step if wide == n else 0 for step, wide, n in zip(row_by_row(spread), spread, found.shape, strict=True)
    )
    order = sorted_dims(found.shape, [own, along])
    return found if order == sorted(order) else laid(found, filling(found.shape, order))


def index_put(x: Array, values: Any, indices: Indices, accumulate: bool) -> Array:
    values = np.asarray(values)
    places = key(x.shape, indices)
    if values.dtype != x.dtype:
        _need_room(x, places, values)
        names = [dtypes.of(a).legacy_name.removesuffix("Tensor") for a in (x, values)]
        raise RuntimeError(
            "Index put requires the source and destination dtypes match, "
            f"got {names[0]} for the destination and {names[1]} for the source."
        )
    whole = np.array(x, order="C")  # also of one of numpy's numbers, whose copy is a number
    if any(i is not None and i._array.ndim == 0 and i._array.dtype.kind == "b" and not i._array for i in indices):
        return whole
    try:
        if accumulate:
            np.add.at(whole, places, values)
        else:
            whole[places] = values
    except ValueError:
        raise _no_room(x, places, values) from None
    return whole


def _need_room(x: Array, places: Any, values: Array) -> None:
    """Raises RuntimeError for values that do not broadcast to where they are to go."""
    try:
        np.broadcast_to(values, x[places].shape)
    except ValueError:
        raise _no_room(x, places, values) from None


def _no_room(x: Array, places: Any, values: Array) -> RuntimeError:
    return RuntimeError(
        f"shape mismatch: value tensor of shape {bracketed(values.shape)} cannot be broadcast to indexing result "
        f"of shape {bracketed(x[places].shape)}"
    )


def take(x: Array, index: Array) -> Array:
    _check_flat("take", index)
    if index.size and not x.size:
        raise IndexError("take(): tried to take from an empty tensor")
    _check_places(x, index)
    return np.take(x, index)


def put(x: Array, index: Array, source: Array, accumulate: bool) -> Array:
    if source.dtype != x.dtype:
        raise RuntimeError(
            f"put_(): self and source expected to have the same dtype, but got self.dtype = {label(x.dtype)} and "
            f"source.dtype = {label(source.dtype)}"
        )
    _check_flat("put_", index)
    if index.size != source.size:
        raise IndexError(
            f"put_(): Expected source and index to have the same number of elements, but got source.numel() = "
            f"{source.size}, index.numel() = {index.size}"
        )
    if index.size and not x.size:
        raise IndexError("put_(): Tried to put elements into an empty tensor")
    _check_places(x, index)
    whole = np.array(x, order="C")  # also of one of numpy's numbers, whose copy is a number
    flat = whole.reshape(-1)
    if accumulate:
        np.add.at(flat, index.reshape(-1), source.reshape(-1))
    else:
        flat[index.reshape(-1)] = source.reshape(-1)
    return whole


def _check_flat(name: str, index: Array) -> None:
    if index.dtype != np.int64:
        raise RuntimeError(f"{name}(): Expected a long tensor for index, but got {label(index.dtype)}")


def _check_places(x: Array, index: Array) -> None:
    outside = (index >= x.size) | (index < -x.size)
    if outside.any():
        raise IndexError(
            f"out of range: tried to access index {index[outside].flat[0]} on a tensor of {x.size} elements."
        )


def masked_select(x: Array, mask: Array) -> Array:
    if mask.dtype.kind != "b":
        raise RuntimeError("masked_select: expected BoolTensor for mask")
    whole, where = np.broadcast_arrays(x, mask)
    found: Array = whole[where]
    return found


def masked_scatter(x: Array, mask: Array, source: Array) -> Array:
    if mask.dtype.kind != "b":
        raise RuntimeError("masked_scatter_ only supports boolean masks, but got mask with dtype " + _legacy_name(mask))
    if source.dtype != x.dtype:
        raise RuntimeError(
            f"masked_scatter: expected self and source to have same dtypes but got{_legacy_name(x)} and "
            f"{_legacy_name(source)}"
        )
    whole, where = np.broadcast_arrays(x, mask)
    count = int(where.sum())
    result: Array = whole.copy()
    if source.size < count:
        places = [axis[: source.size] for axis in where.nonzero()]
        result[tuple(places)] = source.reshape(-1)
        raise partly(RuntimeError("Number of elements of source < number of ones in mask"), result)
    result[where] = source.reshape(-1)[:count]
    return result


def _legacy_name(array: Array) -> str:
    return dtypes.of(array).legacy_name.removesuffix("Tensor")


def masked_scatter_backward(grad: Array, mask: Array, sizes: Sequence[int]) -> Array:
    taken = masked_select(grad, mask)
    source: Array = np.zeros(sizes, dtype=grad.dtype)
    source.reshape(-1)[: taken.size] = taken
    return source


def nonzero(x: Array) -> Array:
    if x.ndim and x.any():
        return np.argwhere(x).astype(np.int64, copy=False)
    count = int(bool(x.any()))
    # PyTorch lays a dimension's indices out after another's: of no length, where there are none.
    return laid(np.zeros((count, x.ndim), np.int64), (1, count))


def nonzero_static(x: Array, size: int, fill_value: int) -> Array:
    found = nonzero(x)[:size]
    rest = np.full((size - len(found), x.ndim), fill_value, dtype=np.int64)
    return np.concatenate([found, rest])


def masked_fill(x: Array, mask: Array, value: Array) -> Array:
    if mask.dtype.kind != "b":
        raise RuntimeError(
            f"masked_fill_ only supports boolean masks, but got mask with dtype {C_NAMES[dtypes.of(mask).name]}"
        )
    if value.ndim:
        raise RuntimeError(
            f"masked_fill_ only supports a 0-dimensional value tensor, but got tensor with {value.ndim} dimension(s)."
        )
    return np.where(mask, value.astype(x.dtype), x)
