"""Forwards of parts of a tensor, on arrays: splits, windows, diagonals, and what puts them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..dtypes import Array
from ..errors import MOST_BYTES, bracketed, storable
from ..functions.dims import normalize_dim
from ..functions.registry import on_both
from ._views import sliced


def split_with_sizes(x: Array, split_sizes: Sequence[int], dim: int) -> tuple[Array, ...]:
    """Views of the given extents one after another along ``dim``."""
    if x.ndim == 0:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    axis = normalize_dim(dim, x.ndim)
    if any(n < 0 for n in split_sizes):
        raise RuntimeError(
            "split_with_sizes expects split_sizes have only non-negative entries, but got "
            f"split_sizes={bracketed(split_sizes)}"
        )
    if sum(split_sizes) != x.shape[axis]:
        raise RuntimeError(
            f"split_with_sizes expects split_sizes to sum exactly to {x.shape[axis]} (input tensor's size at dimension "
            f"{dim}), but got split_sizes={bracketed(split_sizes)}"
        )
    parts, start = [], 0
    for n in split_sizes:
        position: Any = (slice(None),) * axis + (slice(start, start + n),)
        parts.append(x[position] if n else sliced(x, axis, start, start, 1))
        start += n
    return tuple(parts)


def split(x: Array, split_size: int, dim: int) -> tuple[Array, ...]:
    """Views of the same extent along ``dim``; the last may be smaller."""
    if x.ndim == 0:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    extent = x.shape[normalize_dim(dim, x.ndim)]
    if split_size < 0:
        raise RuntimeError(f"split expects split_size be non-negative, but got split_size={split_size}")
    if split_size == 0 and extent:
        raise RuntimeError(f"split_size can only be 0 if dimension size is 0, but got dimension size of {extent}")
    return split_with_sizes(x, extents(extent, split_size), dim)


def extents(extent: int, split_size: int) -> list[int]:
    """What :func:`split` cuts ``extent`` into."""
    if extent == 0:
        return [0]
    return [min(split_size, extent - start) for start in range(0, extent, split_size)]


def unfold(x: Array, dimension: int, size: int, step: int) -> Array:
    """Windows along a dimension, as a new last dimension."""
    axis = normalize_dim(dimension, x.ndim)
    extent = x.shape[axis] if x.ndim else 1
    if size < 0:
        raise RuntimeError(f"size is {size} but must be >= 0")
    if size > extent:
        raise RuntimeError(f"maximum size for tensor at dimension {axis} is {extent} but size is {size}")
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")
    if x.ndim == 0:
        return np.lib.stride_tricks.as_strided(x, (size,), (x.itemsize,))
    if abs(x.strides[axis]) * step > MOST_BYTES:  # one window is all there is: nobody goes on to the next
        step = extent + 1
    sizes = (*x.shape[:axis], (extent - size) // step + 1, *x.shape[axis + 1 :], size)
    steps = (*x.strides[:axis], x.strides[axis] * step, *x.strides[axis + 1 :], x.strides[axis])
    return np.lib.stride_tricks.as_strided(x, sizes, steps)


def unfold_backward(grad: Array, sizes: Sequence[int], dimension: int, size: int, step: int) -> Array:
    whole: Array = np.zeros(sizes, dtype=grad.dtype)
    positions = unfold(np.arange(whole.size).reshape(sizes), dimension, size, step)
    np.add.at(whole.reshape(-1), positions.reshape(-1), grad.reshape(-1))
    return whole


def diagonal(x: Array, offset: int, dim1: int, dim2: int) -> Array:
    """The elements ``offset`` right of the diagonal of two dimensions, as the last dimension; a view."""
    first, second = normalize_dim(dim1, x.ndim), normalize_dim(dim2, x.ndim)
    if first == second:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    matrices = np.moveaxis(x, (first, second), (-2, -1))
    matrices = matrices[..., :, offset:] if offset >= 0 else matrices[..., -offset:, :]
    n = min(matrices.shape[-2:])
    found: Array = np.einsum("...ii->...i", matrices[..., :n, :n])
    return found


def diagonal_copy(x: Array, offset: int, dim1: int, dim2: int) -> Array:
    return diagonal(x, offset, dim1, dim2).copy()


def diagonal_backward(grad: Array, sizes: Sequence[int], offset: int, dim1: int, dim2: int) -> Array:
    whole: Array = np.zeros(sizes, dtype=grad.dtype)
    diagonal(whole, offset, dim1, dim2)[...] = grad
    return whole


def diag_embed(x: Array, offset: int, dim1: int, dim2: int) -> Array:
    """Matrices with the last dimension on their diagonals."""
    ndim = x.ndim + 1
    first, second = normalize_dim(dim1, ndim), normalize_dim(dim2, ndim)
    if first == second:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    n = (x.shape[-1] if x.ndim else 1) + abs(offset)
    if n > MOST_BYTES:
        raise RuntimeError(f"IntArrayRef contains an int that cannot be represented as a SymInt: {n - 2**64}")
    sizes = list(x.shape[:-1])
    for axis in sorted((first, second)):
        sizes.insert(axis, n)
    storable(tuple(sizes), x.dtype)
    return diagonal_backward(x, sizes, offset, first, second)


_ON_BOTH: dict[str, Callable[..., Array]] = {
    "unfold": unfold, "unfold_backward": unfold_backward, "diagonal": diagonal,
    "diagonal_backward": diagonal_backward, "diag_embed": diag_embed,
}  # fmt: skip
for _name, _forward in _ON_BOTH.items():
    on_both(_name, _forward)
