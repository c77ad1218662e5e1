"""Batch normalisation in float32, operation for operation as PyTorch's kernels do it on one thread.

There are two, by how the numbers of a channel lie. Of *rows*, in which channels lie side by side (images of one pixel,
or ``channels_last``), sums are of float32, row by row. Of *images*, in which the numbers of a channel do, each image is
added up in eight lanes of a vector, and images in double. Where a product is added to something, some steps round once
(a compiler made them so) and some do not. What lies in neither way is not done here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .core import CORE
from .dtypes import Array
from .fused import plus_product
from .vector_math import fma as fma_of_arrays
from .vector_math import quietly

F, D = np.float32, np.float64
_LANES = 8
fma: Any = fma_of_arrays if CORE is None else CORE.elementary["fma"]


class Channels:
    """Numbers by channel: ``(rows, channels)`` or ``(images, channels, pixels)``, beside others that lie alike."""

    def __init__(self, x: Array) -> None:
        pixels = x.size // max(x.shape[0] * x.shape[1], 1)
        self.are_rows = not x.flags.c_contiguous or pixels == 1
        self.shape, self.memory = x.shape, self.laid(x)
        self.count = max(x.size // max(x.shape[1], 1), 1)

    def laid(self, x: Array) -> Array:
        """An array that lies as the numbers do, in the shape of ``memory``."""
        if self.are_rows:
            return np.ascontiguousarray(np.moveaxis(x, 1, -1)).reshape(-1, x.shape[1])
        return x.reshape(x.shape[0], x.shape[1], -1)

    def spread(self, by_channel: Array) -> Array:
        """A number for each channel, to be taken with ``memory``."""
        return by_channel if self.are_rows else by_channel[:, None]

    def back(self, memory: Array) -> Array:
        """What was computed of ``memory``, in the shape of the numbers, lying as they do."""
        if not self.are_rows or self.count == self.shape[0]:
            return memory.reshape(self.shape)
        return np.moveaxis(memory.reshape(self.shape[0], *self.shape[2:], self.shape[1]), -1, 1)


def is_followed(x: Array, *others: Array) -> bool:
    """Whether PyTorch has a kernel for how these arrays, all in the same way, lie, and it is done here."""
    if x.dtype != F or x.ndim < 2 or not x.size or any(other.dtype != F for other in others):
        return False
    arrays = (x, *others)
    if all(array.flags.c_contiguous for array in arrays):
        return True
    return x.ndim == 4 and all(np.moveaxis(array, 1, -1).flags.c_contiguous for array in arrays)


# -- sums --------------------------------------------------------------------------------------------------------------


def _products_of_rows(x: Array, mean: Array, y: Array | None) -> Array:
    """By channel, the sum of ``(x - mean) * y``; without ``y``, of the squares."""
    total = np.zeros(x.shape[1], F)
    for place, row in enumerate(x):
        centred = row - mean
        total = fma(centred, centred if y is None else y[place], total)
    return total


def _across(lanes: Array) -> Array:
    pairs = lanes[..., :4] + lanes[..., 4:]
    found: Array = (pairs[..., 0] + pairs[..., 2]) + (pairs[..., 1] + pairs[..., 3])
    return found


def _sums_of_images(x: Array | None, mean: Array | None, y: Array) -> Array:
    """By channel, the sum in double of what images add up to: of ``(x - mean) * y``, or of ``y`` alone."""
    centred = None if x is None or mean is None else x - mean[:, None]
    size = y.shape[2]
    whole = size - size % _LANES
    terms = y if centred is None else centred * y
    if not whole:
        sums = np.add.accumulate(terms, axis=2)[:, :, -1]
    else:
        lanes = np.add.accumulate(terms[:, :, :whole].reshape(*y.shape[:2], -1, _LANES), axis=2)[:, :, -1]
        if size > whole:
            rest, end = size - whole, y[:, :, whole:]
            more = lanes[..., :rest] + end if centred is None else fma(centred[:, :, whole:], end, lanes[..., :rest])
            lanes = np.concatenate([more, lanes[..., rest:]], axis=2)
        sums = _across(lanes)
    found: Array = np.add.accumulate(sums, axis=0, dtype=D)[-1]
    return found


products_of_rows = quietly(_products_of_rows) if CORE is None else CORE.products_of_rows
sums_of_images = quietly(_sums_of_images) if CORE is None else CORE.sums_of_images


def _sum_of_rows(rows: Array) -> Array:
    found: Array = np.add.reduce(rows, axis=0) if rows.shape[1] > 1 else np.add.accumulate(rows, axis=0)[-1]
    return found


# -- forward -----------------------------------------------------------------------------------------------------------


def statistics(channels: Channels, eps: float) -> tuple[Array, Array]:
    """Of each channel the mean, and one over the spread."""
    mean = _mean(channels)
    return mean, _inverse_in_double(_squares(channels, mean) / F(channels.count), eps)


@quietly
def _mean(channels: Channels) -> Array:
    if channels.are_rows:
        return np.asarray(_sum_of_rows(channels.memory) / F(channels.count))
    return np.asarray((np.add.reduce(channels.memory, axis=(0, 2), dtype=D) / channels.count).astype(F))


@quietly
def _squares(channels: Channels, mean: Array) -> Any:
    """The sum of squares of what the numbers are away from their mean."""
    if channels.are_rows:
        return products_of_rows(channels.memory, mean, None)
    centred = channels.memory - mean[:, None]
    return np.add.reduce(centred * centred, axis=(0, 2), dtype=D).astype(F)


def moved(x: Array, mean: Array, kept: Array, kept_variance: Array, momentum: float) -> tuple[Array, Array]:
    """Running means and variances, moved towards those of the batch."""
    channels, rest = Channels(x), F(1 - momentum)
    with np.errstate(all="ignore"):
        variance = _squares(channels, mean) / F(max(channels.count - 1, 1))
        return F(momentum) * mean + rest * kept, fma(variance, F(momentum), rest * kept_variance)


@quietly
def _inverse_in_double(variance: Array, eps: float) -> Array:
    found: Array = (1 / np.sqrt(variance.astype(D) + eps)).astype(F)
    return found


@quietly
def normalized(
    channels: Channels, mean: Array, inverse: Array, weight: Array | None, bias: Array | None
) -> Array:  # fmt: skip
    """The numbers, scaled and shifted, of the shape that they came in."""
    factor = inverse if weight is None else inverse * weight
    shift = plus_product(np.zeros_like(factor) if bias is None else bias, -mean, factor)
    return channels.back(fma(channels.memory, channels.spread(factor), channels.spread(shift)))


@quietly
def inverse_of_running(variance: Array, eps: float) -> Array:
    """One over the spread that was kept, as the forward takes it."""
    return np.asarray(F(1) / np.sqrt(variance + F(eps)))


# -- backward ----------------------------------------------------------------------------------------------------------


def cotangents(
    grad: Array, x: Array, weight: Array | None, mean: Array, inverse: Array | None, variance: Any, eps: float,
    needs: Sequence[bool],
) -> tuple[Array | None, Array | None, Array | None]:  # fmt: skip
    """Those of the numbers, the scale and the shift: with ``inverse`` of a batch, or ``variance`` of what was kept."""
    channels = Channels(x)
    slopes = channels.laid(grad)
    with np.errstate(all="ignore"):
        mean = np.ascontiguousarray(mean)
        spread = _inverse_in_double(variance, eps) if inverse is None else inverse
        is_of_batch = inverse is not None
        products = _products(channels, mean, slopes) if needs[1] or (needs[0] and is_of_batch) else None
        level = _levels(channels, slopes) if needs[2] or (needs[0] and is_of_batch) else None
        of_x = None
        if needs[0]:
            found = _through_batch(channels, slopes, mean, spread, products, level) if is_of_batch else slopes
            found = found * channels.spread(spread)
            of_x = channels.back(found if weight is None else found * channels.spread(weight))
        of_weight = (products * spread).astype(F) if needs[1] and products is not None else None
        return of_x, of_weight, level.astype(F) if needs[2] and level is not None else None


def _products(channels: Channels, mean: Array, slopes: Array) -> Any:
    return (products_of_rows if channels.are_rows else sums_of_images)(channels.memory, mean, slopes)


def _levels(channels: Channels, slopes: Array) -> Any:
    return _sum_of_rows(slopes) if channels.are_rows else sums_of_images(None, None, slopes)


def _through_batch(
    channels: Channels, slopes: Array, mean: Array, inverse: Array, products: Any, level: Any
) -> Array:  # fmt: skip
    """The cotangents less what goes by way of mean and spread, which the numbers share."""
    share = F(channels.count)
    along = products.astype(F) * inverse * inverse / share
    lower = slopes - channels.spread((level / D(channels.count)).astype(F))
    centred = channels.memory - channels.spread(mean)
    found: Array = fma(-centred, channels.spread(along), lower)
    whole = len(mean) - len(mean) % _LANES
    if channels.are_rows and whole < len(mean):
        found[:, whole:] = lower[:, whole:] - centred[:, whole:] * along[whole:]
    return found
