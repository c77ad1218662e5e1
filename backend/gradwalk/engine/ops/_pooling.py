"""Maxima over windows, on arrays: the values, and where in its plane each was."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import Array
from ..errors import bracketed
from ..functions.separable import pooled_size

Ints = Sequence[int]


def check_pooled(function: str, x: Array, dims: int, kernel_size: Ints, steps: Ints) -> None:
    """Raises RuntimeError for an input of the wrong rank, and for steps and windows of nothing."""
    if 0 in steps:
        raise RuntimeError("stride should not be zero")
    for what, letter, values in (("kernel size", "k", kernel_size), ("stride", "d", steps)):
        refuse_none(what, letter, values)
    if x.ndim not in (dims + 1, dims + 2):
        raise RuntimeError(f"non-empty {dims + 1}D or {dims + 2}D (batch mode) tensor expected for input")


def refuse_none(what: str, letter: str, values: Ints) -> None:
    """Raises RuntimeError for sizes or steps that are not above zero."""
    if any(n <= 0 for n in values):
        found = " ".join(f"{letter}{axis}: {n}" for axis, n in zip("THW"[-len(values) :], values, strict=True))
        raise RuntimeError(f"{what} should be greater than zero, but got {found}")


def max_pool(
    x: Array, kernel_size: Ints, stride: Ints, padding: Ints, dilation: Ints, ceil_mode: bool
) -> tuple[Array, Array]:
    """Over the last dimensions. Raises RuntimeError where no window fits."""
    dims = len(kernel_size)
    steps = stride or kernel_size
    check_pooled("max_pool", x, dims, kernel_size, steps)
    refuse_none("dilation", "dilation", dilation)
    sizes = x.shape[-dims:]
    for k, p, d in zip(kernel_size, padding, dilation, strict=True):
        if p < 0:
            raise RuntimeError(f"pad must be non-negative, but got pad: {p}")
        if p > k // 2:
            raise RuntimeError(
                f"pad should be at most half of effective kernel size, but got pad={p}, kernel_size={k} and "
                f"dilation={d}"
            )
    geometry = list(zip(sizes, kernel_size, steps, padding, dilation, strict=True))
    out = [pooled_size(*each, ceil_mode) for each in geometry]
    if any(n < 1 for n in out):
        lead = "x".join(map(str, x.shape[-dims - 1 :] if dims > 1 else (x.shape[-2], 1, x.shape[-1])))
        result = "x".join(map(str, (x.shape[-dims - 1], *out)))
        raise RuntimeError(f"Given input size: ({lead}). Calculated output size: ({result}). Output size is too small")
    reach = [d * (k - 1) + 1 for _, k, _, _, d in geometry]
    after = [max((n - 1) * s + r - p - size, 0) for n, r, (size, _, s, p, _) in zip(out, reach, geometry, strict=True)]
    margins = [(0, 0)] * (x.ndim - dims) + [(p, a) for p, a in zip(padding, after, strict=True)]
    lowest = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    places = np.pad(np.arange(math.prod(sizes)).reshape(sizes), margins[-dims:], constant_values=-1)
    padded = np.pad(x, margins, constant_values=lowest)
    windows = _flat_windows(padded, reach, steps, dilation, out)
    numbers = _flat_windows(places, reach, steps, dilation, out)
    ranked = np.where(numbers < 0, -np.inf, windows) if x.dtype.kind == "f" else windows
    ranked = np.where(np.isnan(windows), np.inf, ranked) if x.dtype.kind == "f" else ranked
    best = np.argmax(ranked, axis=-1)[..., None]
    values = np.take_along_axis(windows, best, -1)[..., 0]
    indices = np.take_along_axis(np.broadcast_to(numbers, windows.shape), best, -1)[..., 0]
    return np.ascontiguousarray(values), np.ascontiguousarray(indices)


def _flat_windows(x: Array, reach: Ints, stride: Ints, dilation: Ints, out: Ints) -> Array:
    dims = len(reach)
    axes = tuple(range(-dims, 0))
    view = np.lib.stride_tricks.sliding_window_view(x, tuple(reach), axis=axes)
    steps = [slice(0, (n - 1) * s + 1, s) for n, s in zip(out, stride, strict=True)]
    picked: Any = (..., *steps, *(slice(None, None, d) for d in dilation))
    windows: Array = view[picked]
    return windows.reshape(*windows.shape[:-dims], math.prod(windows.shape[-dims:]))


def adaptive_max_pool(x: Array, output_size: Ints) -> tuple[Array, Array]:
    """Maxima over as many windows as are wanted."""
    dims = len(output_size)
    if x.ndim not in (dims + 1, dims + 2):
        raise RuntimeError(
            f"adaptive_max_pool{dims}d(): Expected {dims + 1}D or {dims + 2}D tensor, but got: {bracketed(x.shape)}"
        )
    sizes = x.shape[-dims:]
    lead = x.shape[:-dims]
    values = np.empty((*lead, *output_size), x.dtype)
    indices = np.empty((*lead, *output_size), np.int64)
    places = np.arange(math.prod(sizes)).reshape(sizes)
    for index in np.ndindex(*output_size):
        window = tuple(
            slice(i * n // o, -(-(i + 1) * n // o)) for i, n, o in zip(index, sizes, output_size, strict=True)
        )
        place: Any = (..., *window)
        here: Any = (..., *index)
        flat = x[place].reshape(*lead, places[window].size)
        best = flat.argmax(-1)
        values[here] = np.take_along_axis(flat, best[..., None], -1)[..., 0]
        indices[here] = places[window].reshape(-1)[best]
    return values, indices
