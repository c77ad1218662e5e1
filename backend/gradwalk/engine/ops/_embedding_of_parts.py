"""Forwards that put an array in the place of a part of another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..dtypes import Array
from ..functions.dims import normalize_dim
from . import _parts, _views


def _replaced(x: Array, src: Any, part_of: Callable[[Array], Array]) -> Array:
    """A copy of ``x`` with ``src`` in the part that a view sees. Raises RuntimeError if it does not fit."""
    whole = np.array(x, order="K", copy=True)
    part = part_of(whole)
    if part.shape != np.shape(src):
        raise RuntimeError(
            "expected src to have a size equal to the slice of self. "
            f"src size = {list(np.shape(src))}, slice size = {list(part.shape)}"
        )
    part[...] = src
    return whole


def select_scatter(x: Array, src: Array, dim: int, index: int) -> Array:
    if x.ndim == 0:
        _views.select(x, dim, index)
    axis = normalize_dim(dim, x.ndim)
    if not -x.shape[axis] <= index < x.shape[axis]:
        _views.select(x, dim, index)
    return _replaced(x, src, lambda whole: np.moveaxis(whole, axis, 0)[index, ...])


def slice_scatter(x: Array, src: Array, dim: int, start: int | None, end: int | None, step: int) -> Array:
    return _replaced(x, src, lambda whole: _views.sliced(whole, dim, start, end, step))


def diagonal_scatter(x: Array, src: Array, offset: int, dim1: int, dim2: int) -> Array:
    return _replaced(x, src, lambda whole: _parts.diagonal(whole, offset, dim1, dim2))


def as_strided_scatter(
    x: Array, src: Array, size: Sequence[int], stride: Sequence[int], storage_offset: int | None
) -> Array:
    def seen(whole: Array) -> Array:
        return _views.as_strided(whole, size, stride, storage_offset or 0)

    return _replaced(np.ascontiguousarray(x), src, seen)
