"""Maxima over windows whose starts are drawn at random, on arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..dtypes import Array
from ..errors import bracketed

_AXES = ("time", "height", "width")


def _starts(sample: float, size: int, out: int, pool: int) -> list[int]:
    """Where the windows of one dimension begin: about evenly apart, the last one at the end."""
    found = [0] * out
    if out > 1:
        kind = np.float32
        apart = kind(size - pool) / kind(out - 1)
        first = int(kind(sample) * apart)
        found = [int((kind(i) + kind(sample)) * apart) - first for i in range(out)]
    if out:
        found[-1] = size - pool
    return found


def fractional_max_pool(
    x: Array, samples: Array, kernel_size: Sequence[int], output_size: Sequence[int]
) -> tuple[Array, Array]:
    """The greatest of each window, and where in its plane. Raises RuntimeError for windows that do not fit."""
    dims = len(kernel_size)
    sizes = x.shape[-dims:]
    function = "fractional_max_pool2d()" if dims == 2 else "fractional_max_pool3d_out()"
    empty = next((dim for dim in range(1, x.ndim) if not x.shape[dim]), None)
    if empty is not None:
        raise RuntimeError(
            f"{function}: Expected input to have non-zero size for non-batch dimensions, but got{bracketed(x.shape)} "
            f"with dimension {empty} being empty."
        )
    for axis, size, pool, out in zip(_AXES[-dims:], sizes, kernel_size, output_size, strict=True):
        if out + pool - 1 > size - (dims == 3):  # of volumes PyTorch asks for one place more
            raise RuntimeError(f"{function}: pool {axis} {pool} too large relative to input {axis} {size}")
    if samples.ndim != 3:
        raise RuntimeError(f"Expect _random_samples to have 3 dimensions, got {samples.ndim}")
    lead = x.shape[:-dims]
    batch, channels = (1, *lead) if len(lead) == 1 else lead
    if samples.shape[0] < batch:
        raise RuntimeError("Expect _random_samples.size(0) no less then input batch size.")
    if samples.shape[1] != channels:
        raise RuntimeError("Expect _random_samples.size(1) equals to input channel size.")
    if samples.shape[2] != dims:
        raise RuntimeError(f"Expect _random_samples.size(2) equals to {dims}; got {samples.shape[2]}.")
    planes = x.reshape(math.prod(lead), *sizes)
    drawn = samples.reshape(math.prod(samples.shape[:-1]), dims)
    values = np.empty((planes.shape[0], *output_size), x.dtype)
    indices = np.empty(values.shape, np.int64)
    places = np.arange(math.prod(sizes)).reshape(sizes)
    for number, plane in enumerate(planes):
        order = drawn[number][::-1] if dims == 2 else drawn[number]  # of two, the width's sample comes first
        starts = [_starts(*each) for each in zip(order, sizes, output_size, kernel_size, strict=True)]
        for index in np.ndindex(*output_size):
            window = tuple(slice(s[i], s[i] + k) for s, i, k in zip(starts, index, kernel_size, strict=True))
            flat = plane[window].reshape(-1)
            best = int(flat.argmax())
            values[(number, *index)] = flat[best]
            indices[(number, *index)] = places[window].reshape(-1)[best]
    return values.reshape(*lead, *output_size), indices.reshape(*lead, *output_size)
