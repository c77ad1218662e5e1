"""Which of 0 and -0 extremes take: PyTorch's kernels keep the second where they take a vector at a time, and the first
where they go number by number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from ..dtypes import FLOATS, Array
from ..iteration import steps_along
from ..layouts import is_dense, sorted_dims

_VECTOR_BYTES = 32
_FEW = 1000
"""Elements among which zeros are counted sooner than they are looked for."""


def _has_zeros(result: Any) -> bool:
    if result.dtype.kind not in FLOATS:
        return False
    return np.count_nonzero(result) != result.size if result.size < _FEW else not result.all()


def of_two(extreme: Callable[[Any, Any], Any], in_order: bool = False) -> Callable[[Any, Any], Any]:
    """``maximum`` or ``minimum`` of two arrays, with the zero that PyTorch takes of two; of ``fmax`` and ``fmin``,
    which go ``in_order``, that is always the first."""

    def forward(x: Any, y: Any) -> Any:
        result = extreme(x, y)
        if _has_zeros(result):
            return _with_zeros(np.asarray(result), np.asarray(x), np.asarray(y), in_vectors=not in_order)
        return result

    return forward


def _with_zeros(result: Array, x: Array, y: Array, in_vectors: bool) -> Array:
    both = (x == 0) & (y == 0)
    if not both.any():
        return result
    places = _places_in_vectors(result.shape, (x, y), result.itemsize) if in_vectors else False
    fixed: Array = np.where(both, np.where(places, y, x), result).astype(result.dtype, copy=False)
    return fixed


def _places_in_vectors(shape: tuple[int, ...], operands: Sequence[Array], itemsize: int) -> Array:
    """Which elements a kernel reaches within whole vectors, two at a time, along the innermost run of numbers."""
    steps = [steps_along(x, shape) for x in operands]
    order = [d for d in sorted_dims(shape, steps) if shape[d] > 1]
    run, inner = 1, None
    for d in reversed(order):
        if inner is None:
            inner = d
        elif any(each[d] != each[inner] * run for each in steps):
            break
        run *= shape[d]
    if inner is None or any(each[inner] not in (0, 1) for each in steps):
        return np.zeros(shape, np.bool_)
    block = 2 * _VECTOR_BYTES // itemsize
    along = np.tile(np.arange(run) < run // block * block, prod(shape) // run)
    rest = [d for d in range(len(shape)) if shape[d] <= 1]
    ordered = along.reshape([shape[d] for d in (*rest, *order)])
    return ordered.transpose(np.argsort((*rest, *order)).tolist())


def of_many(result: Any, x: Array, axes: Sequence[int]) -> Any:
    """The greatest or least elements along dimensions, with the zeros that PyTorch takes."""
    if x.dtype.kind not in FLOATS or np.all(result):
        return result
    axes = tuple(axes) or tuple(range(x.ndim))
    kept = [d for d in range(x.ndim) if d not in axes]
    rows = np.transpose(x, (*kept, *axes)).reshape(prod(x.shape[d] for d in kept), -1)
    order = [d for d in sorted(range(x.ndim), key=lambda d: -x.strides[d]) if x.shape[d] > 1]
    reduced = [d in axes for d in order]
    reduces_inner = is_dense(x) and reduced == sorted(reduced)
    run = _run_of_kept(x, order, axes) if is_dense(x) else 1
    flat = np.array(result).reshape(-1)
    block = 4 * _VECTOR_BYTES // x.itemsize
    for number in np.flatnonzero(flat == 0):
        zeros = rows[number] == 0
        if reduces_inner:
            place = _place_along(zeros, block)
        elif number % run < run // block * block:
            place = int(np.flatnonzero(zeros)[-1])
        else:
            place = int(zeros.argmax())
        flat[number] = rows[number, place]
    return flat.reshape(np.shape(result))


def _run_of_kept(x: Array, order: Sequence[int], axes: Sequence[int]) -> int:
    """How many results lie side by side as what they come from does, after the last dimension that is reduced."""
    run, last = 1, x.ndim
    for d in reversed(order):
        if d in axes or d > last:
            break
        run, last = run * x.shape[d], d
    return run


def _place_along(zeros: Array, block: int) -> int:
    """The zero that is taken of a row: four vectors go along it, the last of equals counting, and of their lanes the
    first; what is left goes number by number."""
    whole = len(zeros) // block * block
    in_blocks = zeros[:whole].reshape(-1, 4, block // 4)
    lanes = in_blocks.any(axis=(0, 1))
    if not lanes.any():
        return int(zeros.argmax())
    lane = int(lanes.argmax())
    vector = int(np.flatnonzero(in_blocks[:, :, lane].any(axis=0))[-1])
    turn = int(np.flatnonzero(in_blocks[:, vector, lane])[-1])
    return turn * block + vector * (block // 4) + lane


def of_all(result: Any, x: Array) -> Any:
    """The greatest or least of all elements, with the zero that PyTorch takes where it takes all of them at once: a
    vector goes along them, the last of equals counting, and then its lanes in this order."""
    if not _has_zeros(np.asarray(result)):
        return result
    row = x.reshape(-1)
    zeros, lanes = row == 0, _VECTOR_BYTES // x.itemsize
    order = (7, 3, 5, 1, 6, 2, 4, 0) if lanes == 8 else tuple(reversed(range(lanes)))
    for lane in order if len(row) >= lanes else ():
        places = np.flatnonzero(zeros[lane::lanes])
        if len(places):
            return row[lane + lanes * int(places[-1])]
    return row[int(np.flatnonzero(zeros)[-1])]
