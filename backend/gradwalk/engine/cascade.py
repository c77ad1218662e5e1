"""Sums in the order of PyTorch's kernel, so that they come out the same to the last bit.

Neighbours lie in the lanes of a register, four registers are summed side by side, and every so many of them the sums
move up a level (a cascade). At the end the four, what did not fill a register, and the lanes are added up one after
another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .core import CORE
from .dtypes import Array
from .runs import Run, runs_of

_REGISTER = 32
"""Bytes."""
_SIDE_BY_SIDE = 4
_LEVELS = 4
_FIRST_STEP = 16
"""So many rows at least make a sum that moves up."""
_MOST = 32768
"""From so many numbers on PyTorch sums in as many parts as it has threads; those are numpy's to order."""

# In one of numpy's sums over the first axis each row is added to what there is.
_add: Any = np.add.reduce


def total(x: Array) -> Any:
    """The sum of all elements."""
    return reduce(x)


def reduce(x: Array, axis: Sequence[int] | None = None, keepdims: bool = False) -> Any:
    """The sums along some dimensions, or all: numpy's ``add.reduce`` in another order."""
    if CORE is not None and (fast := CORE.sum_in_cascades(x, axis, keepdims)) is not None:
        return fast
    if axis is None:
        axis = range(x.ndim)
    count = math.prod([x.shape[d] for d in axis])
    if not 3 < count < _MOST or x.dtype.char not in "fd" or not x.size:
        return _add(x, axis=tuple(axis), keepdims=keepdims, dtype=x.dtype)
    inner, *others = runs_of(x.shape, x.strides, axis)
    found = _added_up(x, inner, others)  # the runs that are kept are in order, for the result lies row by row
    return found.reshape([1 if d in axis else n for d, n in enumerate(x.shape) if keepdims or d not in axis])[()]


def _added_up(x: Array, inner: Run, others: Sequence[Run]) -> Array:
    """The sums of what is reduced, for the runs that are kept, the outermost first. The innermost two runs make sums,
    which are added up as PyTorch goes over the others."""
    runs = [*reversed(others), inner] if others else [Run(1, 0, True), inner]
    laid = np.lib.stride_tricks.as_strided(x, [run.size for run in runs], [run.step for run in runs])
    beside, lanes = runs[-2], _REGISTER // x.itemsize
    if inner.step == x.itemsize and inner.size >= lanes:
        found = sums(laid)
    elif beside.step == x.itemsize and beside.size >= lanes:
        found = _stacks(laid.swapaxes(-1, -2), _SIDE_BY_SIDE * lanes)
    elif inner.step < beside.step or not others:
        found = _side_by_side(laid[..., None])[..., 0]
    else:
        found = _stacks(laid.swapaxes(-1, -2), _SIDE_BY_SIDE)
    found = np.asarray(found)
    reduced = [at for at, run in enumerate(runs[:-1]) if run.is_reduced]
    if reduced:
        kept = [at for at, run in enumerate(runs[:-1]) if not run.is_reduced]
        found = found.transpose(*kept, *reduced).reshape(*(runs[at].size for at in kept), -1)
        found = np.add.accumulate(found, axis=-1)[..., -1]
    return np.asarray(np.add(found, 0, order="C"))  # which -0 is not


def _stacks(x: Array, block: int) -> Array:
    """The sums of columns: a block of them at once row by row, the others four rows side by side."""
    width = x.shape[-1]
    at_once = width - width % block
    if at_once == width:
        return _cascaded(x)
    rest = _side_by_side(x[..., at_once:])
    return np.concatenate((_cascaded(x[..., :at_once]), rest), axis=-1) if at_once else rest


def sums(rows: Array) -> Any:
    """The sum of each row of contiguous numbers: of the last dimension."""
    size = rows.shape[-1]
    lanes = _REGISTER // rows.itemsize
    registers = size // lanes
    if not registers:
        return _of_few(rows)
    filled = registers * lanes
    body = rows if filled == size else rows[..., :filled]
    line = _side_by_side(body.reshape(*rows.shape[:-1], registers, lanes))
    if filled < size:
        line = np.concatenate((rows[..., filled:], line), axis=-1)
    return np.add.accumulate(line, axis=-1)[..., -1].copy()  # without the others


def _side_by_side(x: Array) -> Array:
    """The sums along the last dimension but one, of which four follow each other in turn."""
    count, width = x.shape[-2:]
    shape, quads = x.shape[:-2], count // _SIDE_BY_SIDE
    if quads:
        whole = quads * _SIDE_BY_SIDE
        side = x if whole == count else x[..., :whole, :]
        side = _cascaded(side.reshape(*shape, quads, _SIDE_BY_SIDE * width))
        side = side.reshape(*shape, _SIDE_BY_SIDE, width)
        x = side if whole == count else np.concatenate((side[..., :1, :], x[..., whole:, :], side[..., 1:, :]), axis=-2)
    return _add(x, axis=-2)  # type: ignore[no-any-return]


def _of_few(rows: Array) -> Any:
    """The sums of rows that fill no register: those beyond the first four go to the first."""
    size = rows.shape[-1]
    if size > _SIDE_BY_SIDE:
        rows = rows[..., [0, *range(_SIDE_BY_SIDE, size), *range(1, _SIDE_BY_SIDE)]]
    return np.add.accumulate(rows, axis=-1)[..., -1] + 0  # which -0 is not


def _cascaded(x: Array) -> Array:
    """The sums along the last dimension but one, level by level."""
    count, width = x.shape[-2:]
    if count < _FIRST_STEP:
        return _add(x, axis=-2)  # type: ignore[no-any-return]
    step = max(_FIRST_STEP, 1 << (count - 1).bit_length() // _LEVELS)
    left: list[Array] = []
    while len(x) and x.shape[-2] >= step and len(left) < _LEVELS - 1:
        whole = x.shape[-2] // step * step
        left.append(x[..., whole:, :])
        x = _add(x[..., :whole, :].reshape(*x.shape[:-2], whole // step, step, width), axis=-2)
    found: Array = _add(x, axis=-2)
    lowest_first = [_add(part, axis=-2) for part in left if part.shape[-2]] + [found]
    found = lowest_first[0]
    for level in lowest_first[1:]:
        found = found + level
    return found
