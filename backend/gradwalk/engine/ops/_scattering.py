"""Forwards of gathering from and scattering to places along one dimension, on arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..dtypes import Array
from ..errors import bracketed
from ..functions.dims import normalize_dim
from ..promotion import held
from ._words import label


def places(function: str, x: Array, index: Array, dim: int) -> tuple[Any, ...]:
    """Where the elements of ``index`` point to. Raises in PyTorch's words if there is no such place."""
    axis = normalize_dim(dim, x.ndim)
    if index.size and index.ndim != x.ndim and (index.ndim or 1) != (x.ndim or 1):
        raise RuntimeError("Index tensor must have the same number of dimensions as " + _OTHER[function])
    extent = x.shape[axis] if x.ndim else 1
    outside = (index >= extent) | (index < 0)
    if outside.any():
        raise RuntimeError(f"index {index[outside].flat[0]} is out of bounds for dimension {axis} with size {extent}")
    if not x.ndim:
        return ()
    index = np.atleast_1d(index)
    found: list[Any] = list(np.ogrid[tuple(slice(n) for n in index.shape)])
    found[axis] = index
    return tuple(found)


_OTHER = {"gather": "input tensor", "scatter": "self tensor"}


def _check_dtype(function: str, index: Array) -> None:
    if index.dtype not in (np.int64, np.int32):
        raise RuntimeError(f"{function}(): Expected dtype int32/int64 for index")


def gather(x: Array, index: Array, dim: int, sparse_grad: bool = False) -> Array:
    axis = normalize_dim(dim, x.ndim)
    if not index.size:
        return np.zeros(index.shape, dtype=x.dtype)
    _check_dtype("gather", index)
    if index.ndim == x.ndim:
        for d in range(x.ndim):
            if d != axis and index.shape[d] > x.shape[d]:
                raise RuntimeError(
                    f"Size does not match at dimension {d} expected index {bracketed(index.shape)} to be no larger "
                    f"than self {bracketed(x.shape)} apart from dimension {axis}"
                )
    where = places("gather", x, index, dim)
    found: Array = x[where] if x.ndim else np.broadcast_to(x, index.shape)
    return found.reshape(index.shape).copy()


def check_scatter(x: Array, index: Array, dim: int, src: Array | None) -> None:
    """Raises RuntimeError, in PyTorch's words, where index, source and tensor do not go together."""
    if index.size:
        _check_dtype("scatter", index)
    if src is not None and src.dtype != x.dtype:
        raise RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype")
    axis = normalize_dim(dim, x.ndim)
    if not index.size or index.ndim != x.ndim:
        return
    if src is not None and src.ndim != index.ndim:
        raise RuntimeError("Index tensor must have the same number of dimensions as src tensor")
    words = f"Expected index {bracketed(index.shape)} to be no larger than self {bracketed(x.shape)} apart from "
    words += f"dimension {axis}"
    too_large = any(d != axis and index.shape[d] > x.shape[d] for d in range(x.ndim))
    if src is None:
        if too_large:
            raise RuntimeError(words)
        return
    if src.ndim == x.ndim and (too_large or any(n > m for n, m in zip(index.shape, src.shape, strict=True))):
        raise RuntimeError(words + f" and to be no larger size than src {bracketed(src.shape)}")


def sources(src: Array, index: Array) -> Array:
    """The elements of ``src`` that go somewhere: those in the places that ``index`` has."""
    part: Array = src.reshape(src.shape or (1,))[tuple(slice(n) for n in index.shape or (1,))]
    return part


def scatter(x: Array, index: Array, src: Array, dim: int) -> Array:
    check_scatter(x, index, dim, src)
    whole = np.array(x, order="C")  # also of one of numpy's numbers, whose copy is a number
    if index.size:
        where = places("scatter", x, index, dim)
        whole[where] = sources(src, index) if x.ndim else src.flat[-1]
    return whole


def scatter_value(x: Array, index: Array, dim: int, value: Any) -> Array:
    check_scatter(x, index, dim, None)
    whole = np.array(x, order="C")  # also of one of numpy's numbers, whose copy is a number
    if index.size:
        whole[places("scatter", x, index, dim)] = held(value, x.dtype)
    return whole


def scatter_add(x: Array, index: Array, src: Array, dim: int) -> Array:
    check_scatter(x, index, dim, src)
    whole = np.array(x, order="C")  # also of one of numpy's numbers, whose copy is a number
    if index.size:
        where = places("scatter", x, index, dim)
        np.add.at(whole, where, sources(src, index) if x.ndim else src.sum())
    return whole


def vector(function: str, x: Array, index: Array, dim: int, words: str) -> tuple[Any, ...]:
    """The key that takes the positions ``index`` of one dimension."""
    axis = normalize_dim(dim, x.ndim)
    extent = x.shape[axis] if x.ndim else 1
    wrong = (index >= extent) | (index < (0 if function != "index_fill" else -extent))
    if wrong.any():
        place = index[wrong].flat[0]
        if function == "index_add" and x.ndim > 1 and axis in (0, x.ndim - 1):  # PyTorch takes another kernel there
            raise RuntimeError(_OUT_OF_BOUNDS.format(place, axis, extent))
        raise IndexError(words.format(place, axis, extent))
    return (slice(None),) * axis + (index.reshape(-1),) if x.ndim else ()


OUT_OF_RANGE = "index out of range in self"
_OUT_OF_BOUNDS = "index {} is out of bounds for dimension {} with size {}"


def found_index(index: Array) -> str:
    """What is said of an index that is no vector."""
    return f", but got dim: {index.ndim} with type: {label(index.dtype)} and size: {bracketed(index.shape)}"


def index_select(x: Array, index: Array, dim: int) -> Array:
    if index.ndim > 1:
        raise IndexError("index_select(): Index is supposed to be a vector")
    if index.dtype not in (np.int64, np.int32):
        raise RuntimeError("index_select(): Expected dtype int32 or int64 for index")
    axis = normalize_dim(dim, x.ndim)
    if x.ndim > 1 and not x.shape[axis] and index.size:
        raise RuntimeError("index_select(): self indexing axis dim should be positive")
    if x.ndim > 1 and (axis == 1 or (not x.size and x.shape[axis])):
        extent = x.shape[axis]
        for number in index.reshape(-1):
            if not 0 <= number < extent:
                raise RuntimeError(f"INDICES element is out of DATA bounds, id={number} axis_dim={extent}")
    if not x.ndim and index.size != 1:
        raise RuntimeError(f"index_select(): Index to scalar can have only 1 value, got {index.size} value(s)")
    place = vector("index_select", x, index, dim, OUT_OF_RANGE)
    return np.array(x[place], order="C") if x.ndim else x.copy()


def index_add(x: Array, index: Array, source: Array, dim: int, alpha: float) -> Array:
    axis = normalize_dim(dim, x.ndim)
    if index.ndim > 1:
        raise IndexError(f"index_add_(): Index is supposed to be a vector{found_index(index)}")
    _check_index_dtype("index_add_", index)
    if source.dtype != x.dtype:
        kinds = [label(each.dtype) for each in (x, source)]
        raise RuntimeError(f"index_add_(): self ({kinds[0]}) and source ({kinds[1]}) must have the same scalar type")
    if source.ndim <= axis and (axis or source.ndim):
        raise RuntimeError(
            f"index_add_(): Indexing dim {axis} is out of bounds of the source tensor with dim {source.ndim}"
        )
    if not source.ndim and index.size != 1:
        raise IndexError("Dimension specified as 0 but tensor has no dimensions")
    extent = source.shape[axis] if source.ndim else 1
    if index.size != extent:
        raise RuntimeError(
            f"index_add_(): Number of indices ({index.size}) should be equal to source.size(dim): ({extent}), for dim: "
            f"{axis}"
        )
    if (x.ndim or source.ndim) and not _fit_but(axis, x.shape, source.shape):
        raise RuntimeError(
            "source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = "
            f"{list(x.shape)} source.shape = {list(source.shape)}"
        )
    whole = np.array(x, order="C")  # also of one of numpy's numbers, whose copy is a number
    place = vector("index_add", x, index, dim, OUT_OF_RANGE)
    np.add.at(whole, place, source * np.asarray(alpha).astype(source.dtype) if alpha != 1 else source)
    return whole


def _fit_but(axis: int, one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two shapes agree in all dimensions but one."""
    return len(one) == len(other) and one[:axis] + one[axis + 1 :] == other[:axis] + other[axis + 1 :]


def _check_slices(x: Array, index: Array, source: Array, axis: int) -> None:
    """Raises IndexError or RuntimeError where ``index_copy`` cannot put the slices of ``source`` into ``x``."""
    if x.ndim and source.ndim and x.ndim != source.ndim:
        raise IndexError(
            "index_copy_(): When source and destination are not scalars, their dimensionality must match. Source "
            f"dimensionality ({source.ndim}), destination dimensionality ({x.ndim})"
        )
    if not source.ndim and index.size != 1:
        raise IndexError(f"index_copy_(): When source is scalar, index should have one element (got {index.size})")
    one, other = (each.shape[:axis] + each.shape[axis + 1 :] for each in (x, source))
    if one != other:
        raise RuntimeError(
            "index_copy_(): Source/destination tensor must have same slice shapes. Destination slice shape: "
            f"{' '.join(map(str, one))} at dimension {axis} and source slice shape: {' '.join(map(str, other))} at "
            "dimension 0."
        )
    extent = source.shape[axis] if source.ndim else 1
    if index.size != extent:
        raise IndexError(
            f"index_copy_(): Number of indices ({index.size}) should be equal to source.size(dim) ({extent})"
        )


def index_copy(x: Array, index: Array, source: Array, dim: int) -> Array:
    if index.ndim > 1:
        raise IndexError(f"index_copy_(): Index should have dimension 1 or 0 (got {index.ndim})")
    if index.dtype != np.int64:
        raise RuntimeError(f"index_copy_(): Expected a long tensor for index, but got {label(index.dtype)}")
    if source.dtype != x.dtype:
        raise RuntimeError(
            f"index_copy_(): self and source expected to have the same dtype, but got (self) {label(x.dtype)} and "
            f"(source) {label(source.dtype)}"
        )
    _check_slices(x, index, source, normalize_dim(dim, x.ndim))
    whole = np.array(x, order="C")  # also of one of numpy's numbers, whose copy is a number
    where = vector("index_copy", x, index, dim, f"index_copy_(): {_OUT_OF_BOUNDS}")
    whole[where] = source if x.ndim else source.reshape(-1)[-1]
    return whole


def index_fill(x: Array, index: Array, dim: int, value: Any) -> Array:
    number = value if isinstance(value, np.ndarray) else held(value, x.dtype)
    if index.ndim > 1:
        raise RuntimeError("Index has to be a vector/scalar")
    if index.dtype != np.int64:
        raise IndexError("index_fill_(): Expected dtype int64 for index.")
    whole = np.array(x, order="C")  # also of one of numpy's numbers, whose copy is a number
    whole[vector("index_fill", x, index, dim, _OUT_OF_BOUNDS)] = number
    return whole


def index_fill_tensor(x: Array, index: Array, value: Array, dim: int) -> Array:
    if value.ndim:
        raise RuntimeError(
            f"index_fill_ only supports a 0-dimensional value tensor, but got tensor with {value.ndim} dimension(s)."
        )
    return index_fill(x, index, dim, value)


def _check_index_dtype(function: str, index: Array) -> None:
    if index.dtype not in (np.int64, np.int32):
        raise RuntimeError(f"{function}(): Expected dtype int32/int64 for index but got: {_name(index)}")


def _name(array: Array) -> str:
    return dtypes.of(array).legacy_name.removesuffix("Tensor")
