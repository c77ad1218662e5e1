"""Reductions of stretches along one dimension: the forward of ``segment_reduce`` and what undoes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..dtypes import Array
from .dims import normalize_dim
from .registry import on_both

REDUCTIONS: dict[str, tuple[Any, float]] = {
    "sum": (np.add, 0), "mean": (np.add, 0), "prod": (np.multiply, 1), "max": (np.maximum, -np.inf),
    "min": (np.minimum, np.inf), "amax": (np.maximum, -np.inf), "amin": (np.minimum, np.inf),
}  # fmt: skip
"""By name, how two numbers become one, and what stretches without numbers are."""


def segment_reduce(
    data: Array, lengths: Any, offsets: Any, reduce: str, axis: int, unsafe: bool, initial: float | None
) -> Array:
    """Of each stretch one number, by ``reduce``: sum, mean, prod, max or min.

    Raises RuntimeError for stretches that do not fill the dimension.
    """
    axis = normalize_dim(axis, data.ndim)
    _check(data, lengths, offsets, axis, unsafe)
    given = lengths if offsets is None else offsets
    count = given.shape[-1] - (offsets is not None)
    join, begin = REDUCTIONS[reduce]
    begin = begin if initial is None else initial
    result = np.full((*data.shape[:axis], count, *data.shape[axis + 1 :]), begin, data.dtype)
    for lead, segment, start, end in _segments(lengths, offsets):
        place: Any = (*lead, segment)
        for j in range(start, end):
            result[place] = join(result[place], data[(*lead, j)])
        if reduce == "mean" and end > start:
            result[place] /= data.dtype.type(end - start)
        elif reduce == "mean" and initial is None:
            result[place] = np.nan
    return result


def _segment_slope(
    grad: Any, result: Any, data: Any, lengths: Any, offsets: Any, reduce: str, axis: int, initial: float | None
) -> Array:
    """The forward of the op that undoes it, on arrays: equals share what goes to the greatest or least."""
    found = np.zeros(data.shape, data.dtype)
    for lead, segment, start, end in _segments(lengths, offsets):
        place, along = (*lead, segment), (*lead, slice(start, end))
        towards, part = grad[place], data[along]
        if reduce in ("sum", "mean"):
            found[along] = towards if reduce == "sum" else towards / data.dtype.type(max(end - start, 1))
        elif reduce == "prod":
            found[along] = _of_products(part, towards, result[place], 1 if initial is None else initial)
        else:
            met = np.isnan(part) | (part == result[place])
            found[along] = np.where(met, towards / np.maximum(met.sum(0), 1).astype(data.dtype), 0)
    return found


def _of_products(part: Array, towards: Array, product: Array, begin: float) -> Array:
    found = towards * product / part
    for place in zip(*np.nonzero(np.isnan(part) | (part == 0)), strict=True):
        others = np.delete(part[(slice(None), *place[1:])], place[0])
        found[place] = towards[place[1:]] * np.multiply.reduce(others, initial=begin)
    return found


def _segments(lengths: Any, offsets: Any) -> Iterator[tuple[Any, int, int, int]]:
    """Where each stretch lies: its place in the dimensions before, its number, its first element and its end."""
    ends = np.cumsum(lengths, -1) if offsets is None else offsets[..., 1:]
    starts = ends - lengths if offsets is None else offsets[..., :-1]
    for *lead, segment in np.ndindex(*ends.shape):
        place: Any = (*lead, segment)
        yield tuple(lead), segment, int(starts[place]), int(ends[place])


def _check(data: Array, lengths: Any, offsets: Any, axis: int, unsafe: bool) -> None:
    given = lengths if offsets is None else offsets
    if data.ndim < given.ndim:
        raise RuntimeError(_DIMENSIONS)
    if axis != given.ndim - 1:
        name = "lengths" if offsets is None else "offsets"
        raise RuntimeError(f"segment_reduce(): Expected axis to be the last dimension of {name} but got {axis}.")
    if offsets is None and not unsafe:
        if (lengths < 0).any():
            raise RuntimeError("lengths contains negative value!")
        if (lengths.sum(-1) != data.shape[axis]).any():
            raise RuntimeError(_SUMS)
    last = lengths.sum(-1) if offsets is None else offsets
    beyond = given.size and ((given < 0).any() or (last > data.shape[axis]).any())
    if beyond or given.shape[:-1] != data.shape[: given.ndim - 1]:
        raise RuntimeError("Gradwalk has no segment_reduce of segments beyond data, where PyTorch reads any memory.")


_DIMENSIONS = (
    "Expected data.dim() >= lengths_value.dim() to be true, but got false.  (Could this error message be improved?  "
    "If so, please report an enhancement request to PyTorch.)"
)
_SUMS = "segment_reduce(): Expected all rows of lengths along axis to sum to data.size(lengths.dim()-1) when !unsafe."


segment_reduce_backward = on_both("_segment_reduce_backward", _segment_slope)
