"""Forwards of orders, on arrays: sorted, first, middle and most frequent; NaN counts as the greatest."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import Array
from ..functions.dims import normalize_dim
from ..layouts import kept_strides, laid, strides_of
from ._extremes import picked, refuse_empty
from ._std_algorithms import order_of, quick_select, sorted_positions, top


def _ordered(x: Array, axis: int, descending: bool) -> Any:
    """Positions that sort along an axis; equals keep their order."""
    if not descending:
        return np.argsort(x, axis=axis, kind="stable")
    turned = np.argsort(np.flip(x, axis), axis=axis, kind="stable")
    return x.shape[axis] - 1 - np.flip(turned, axis)


def sort_stable(x: Array, stable: bool, dim: int, descending: bool) -> Any:
    axis = normalize_dim(dim, x.ndim)
    if not x.ndim:
        return x.copy(), np.zeros((), dtype=np.int64)
    order = _ordered(x, axis, descending)
    values = np.take_along_axis(x, order, axis)
    loose = not stable and x.shape[axis] > _KEPT_IN_ORDER and not _sorted_by_digits(x, descending)
    if loose and _next_to_equals(x, values, axis):
        order = np.apply_along_axis(_moved, axis, x, descending)
        values = np.take_along_axis(x, order, axis)
    return _laid_as(values, x), _laid_as(order, x)


def _laid_as(found: Array, x: Array) -> Array:
    """In memory as the tensor that was sorted lies."""
    steps = kept_strides(x)
    return found if strides_of(found) == steps else laid(found, steps)


_KEPT_IN_ORDER = 16
"""In rows no longer PyTorch's sort keeps the order of equals, asked for or not."""


def _sorted_by_digits(x: Array, descending: bool) -> bool:
    """Whether PyTorch has a radix sort for it, which is stable."""
    return x.ndim == 1 and x.size >= 32768 and x.dtype.kind in "iu" and not descending


def _next_to_equals(x: Array, values: Array, axis: int) -> bool:
    first, second = (np.moveaxis(values, axis, 0)[at] for at in (slice(-1), slice(1, None)))
    return x.strides[axis] != 0 and bool(((first == second) | ((first != first) & (second != second))).any())


def _moved(row: Array, descending: bool) -> Array:
    ranks = np.unique(row, return_inverse=True, equal_nan=True)[1]
    before = order_of(ranks.tolist(), descending)
    return np.array(sorted_positions(len(row), before), dtype=np.int64)


def sort(x: Array, dim: int, descending: bool) -> Any:
    return sort_stable(x, False, dim, descending)


def argsort(x: Array, dim: int, descending: bool, stable: bool) -> Any:
    return sort_stable(x, stable, dim, descending)[1]


def topk(x: Array, k: int, dim: int, largest: bool, sorted: bool) -> Any:
    axis = normalize_dim(dim, x.ndim)
    if not 0 <= k <= (x.shape[axis] if x.ndim else 1):
        raise RuntimeError("selected index k out of range")
    if x.dtype.kind == "b":
        raise RuntimeError("topk does not support bool dtypes on CPU")
    if not x.ndim:
        return x.copy(), np.zeros((), dtype=np.int64)
    order = np.take(_ordered(x, axis, largest), np.arange(k), axis=axis)
    values = np.take_along_axis(x, order, axis)
    as_left = not sorted and k > 1 and k * 64 > x.shape[axis]  # then PyTorch only parts the row
    if k and (as_left or _any_equal(x, values, axis, k)):
        order = np.apply_along_axis(_top, axis, x, k, largest, sorted)
        values = np.take_along_axis(x, order, axis)
    return np.ascontiguousarray(values), np.ascontiguousarray(order)


def _any_equal(x: Array, values: Array, axis: int, k: int) -> bool:
    """Whether equals are among the first ``k``, or one of them has an equal beyond."""
    least = np.take(values, [k - 1], axis=axis)
    beyond = np.count_nonzero(x == least, axis=axis) > np.count_nonzero(values == least, axis=axis)
    return bool(beyond.any()) or bool((np.diff(np.sort(values, axis=axis), axis=axis) == 0).any())


def _top(row: Array, k: int, largest: bool, sorted: bool) -> Array:
    return np.array(top(len(row), k, order_of(row.tolist(), largest), sorted), dtype=np.int64)


def kthvalue(x: Array, k: int, dim: int, keepdim: bool) -> Any:
    axis = normalize_dim(dim, x.ndim)
    if x.ndim and not x.shape[axis]:
        raise IndexError(f"kthvalue(): Expected reduction dim {axis} to have non-zero size.")
    if not 1 <= k <= (x.shape[axis] if x.ndim else 1):
        raise RuntimeError("kthvalue(): selected number k out of range for dimension " + str(axis))
    if x.dtype.kind == "b":
        raise NotImplementedError("\"kthvalue_cpu\" not implemented for 'Bool'")
    if not x.ndim:
        return picked(x, 0, dim, keepdim)
    place = np.take(_ordered(x, axis, False), k - 1, axis=axis)
    value = np.take_along_axis(x, np.expand_dims(place, axis), axis)
    if (np.count_nonzero(x == value, axis=axis) > 1).any():
        place = np.apply_along_axis(_selected, axis, x, k - 1)
    return picked(x, place, dim, keepdim)


def _selected(row: Array, k: int) -> Any:
    return quick_select(len(row), k, order_of(row.tolist(), True))


def median_all(x: Array) -> Any:
    if x.dtype.kind == "b":
        raise NotImplementedError("\"median_cpu\" not implemented for 'Bool'")
    if x.size == 0:
        return np.full((), np.nan, dtype=x.dtype)
    flat = np.sort(x.reshape(-1))
    return flat[-1] if flat[-1] != flat[-1] else flat[(x.size - 1) // 2]


def nanmedian_all(x: Array) -> Any:
    if x.dtype.kind == "b":
        raise NotImplementedError("\"median_cpu\" not implemented for 'Bool'")
    flat = x.reshape(-1)
    present = np.sort(flat[flat == flat])
    return present[(present.size - 1) // 2] if present.size else np.full((), np.nan, dtype=x.dtype)


def median_dim(x: Array, dim: int, keepdim: bool) -> Any:
    if x.dtype.kind == "b":
        raise NotImplementedError("\"median_out\" not implemented for 'Bool'")
    if not x.ndim:
        return picked(x, 0, dim, keepdim)
    axis = normalize_dim(dim, x.ndim)
    refuse_empty("median", x, dim)
    order = _ordered(x, axis, False)
    middle = np.take(order, (x.shape[axis] - 1) // 2, axis=axis)
    missing = x != x
    return picked(x, np.where(missing.any(axis=axis), missing.argmax(axis=axis), middle), dim, keepdim)


def nanmedian_dim(x: Array, dim: int, keepdim: bool) -> Any:
    if x.dtype.kind == "b":
        raise NotImplementedError("\"median_out\" not implemented for 'Bool'")
    if not x.ndim:
        return picked(x, 0, dim, keepdim)
    axis = normalize_dim(dim, x.ndim)
    order = _ordered(x, axis, False)
    present = np.add.reduce(x == x, axis=axis, keepdims=True, dtype=np.int64)
    middle = np.take_along_axis(order, np.maximum(present - 1, 0) // 2, axis)
    return picked(x, middle.squeeze(axis), dim, keepdim)


def mode(x: Array, dim: int, keepdim: bool) -> Any:
    if not x.ndim:
        return picked(x, 0, dim, keepdim)
    axis = normalize_dim(dim, x.ndim)
    refuse_empty("mode", x, dim)
    return picked(x, np.apply_along_axis(_most_frequent, axis, x), dim, keepdim)


def _most_frequent(row: Array) -> Any:
    """Where the last of the first longest run of equals stood, once PyTorch has sorted the row: by ``<``, which leaves
    NaN where it is, and not keeping the order of equals in long rows."""
    values = row.tolist()
    if len(row) <= _KEPT_IN_ORDER and not (row != row).any():
        order = np.argsort(row, kind="stable").tolist()
    else:
        order = sorted_positions(len(row), lambda i, j: values[i] < values[j])
    most, place, run = 0, 0, 0
    for at, following in zip(order, [*order[1:], None], strict=True):
        run += 1
        if following is None or values[following] != values[at]:
            if run > most:
                most, place = run, at
            run = 0
    return place
