"""Forwards of rearrangements that copy, on arrays: turned round, shifted, repeated, cut to a triangle."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..dtypes import Array
from ..errors import storable
from ..functions.dims import normalize_dim, normalize_dims
from ..functions.registry import on_both
from ..layouts import kept_strides, laid
from ._joins import cat


def flip(x: Array, dims: Sequence[int]) -> Array:
    axes = normalize_dims(tuple(dims), x.ndim) if dims else ()
    axes = axes if x.ndim else ()
    if all(x.shape[axis] == 1 for axis in axes):  # strides of 0 stay
        return np.ndarray(x.shape, x.dtype, x.copy(), 0, x.strides) if x.size == 1 else x.copy(order="K")
    return np.flip(x, axes).copy(order="K")


def roll(x: Array, shifts: Sequence[int], dims: Sequence[int]) -> Array:
    """Shifted round the end, along each of ``dims``; of the elements in a row if there are none."""
    if len(dims) != 1 or len(shifts) != 1:
        if not shifts:
            raise RuntimeError("`shifts` required")
        if not dims and len(shifts) == 1:
            return np.roll(x.copy(order="C"), shifts[0])
        if len(shifts) != len(dims):
            raise RuntimeError(f"shifts and dimensions must align. shifts: {len(shifts)}, dims:{len(dims)}")
    if not x.size:
        return x.copy()
    if not x.ndim and dims:
        raise IndexError(f"Dimension specified as {dims[0]} but tensor has no dimensions")
    rolled = x
    for shift, dim in zip(shifts, dims, strict=True):
        axis = normalize_dim(dim, x.ndim)
        parts = np.split(rolled, [-shift % x.shape[axis]], axis)
        rolled = cat(parts[::-1], axis)
    return rolled


def rot90(x: Array, k: int, dims: Sequence[int]) -> Array:
    if len(dims) != 2:
        raise RuntimeError(f"expected total rotation dims == 2, but got dims = {len(dims)}")
    if x.ndim < 2:
        raise RuntimeError(f"expected total dims >= 2, but got total dims = {x.ndim}")
    first, second = dims
    if first == second or abs(first - second) == x.ndim:
        raise RuntimeError(f"expected rotation dims to be different, but got dim0 = {first} and dim1 = {second}")
    for d in dims:
        if not -x.ndim <= d < x.ndim:
            position = 0 if d is first else 1
            raise RuntimeError(f"Rotation dim{position} out of range, dim{position} = {d}")
    quarters = k % 4
    if quarters == 0:
        return x.copy()
    turned = np.flip(x, (first, second) if quarters == 2 else second if quarters == 1 else first)
    copy = laid(turned, kept_strides(x))
    return copy if quarters == 2 else np.swapaxes(copy, first, second)


def repeat(x: Array, repeats: Sequence[int]) -> Array:
    if len(repeats) < x.ndim:
        raise RuntimeError("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor")
    sizes = [_counted(n * r) for n, r in zip((1,) * (len(repeats) - x.ndim) + x.shape, repeats, strict=True)]
    if any(n < 0 for n in sizes):
        negative = next(n for n in sizes if n < 0)
        raise RuntimeError(
            f"Trying to create tensor with negative dimension {negative}: [{', '.join(map(str, sizes))}]"
        )
    storable(tuple(sizes), x.dtype)
    return np.tile(x, tuple(repeats))


def _counted(n: int) -> int:
    """As 64 bits count, which begin anew below zero."""
    return (n + 2**63) % 2**64 - 2**63


def tril(x: Array, diagonal: int) -> Array:
    return _triangle(x, "tril", diagonal)


def triu(x: Array, diagonal: int) -> Array:
    return _triangle(x, "triu", diagonal)


def _triangle(x: Array, which: str, diagonal: int) -> Array:
    if x.ndim < 2:
        raise RuntimeError(f"{which}: input tensor must have at least 2 dimensions")
    rows, columns = x.shape[-2:]
    found: Array = getattr(np, which)(x, min(max(diagonal, -rows - 1), columns + 1))
    return found


_ON_BOTH: dict[str, Callable[..., Array]] = {"flip": flip, "roll": roll, "rot90": rot90, "tril": tril, "triu": triu}
for _name, _forward in _ON_BOTH.items():
    on_both(_name, _forward)
