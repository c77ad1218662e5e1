"""Batch normalisation in float32, operation for operation as PyTorch's kernels do it on one thread.

There are two, by how the numbers of a channel lie. Of *rows*, in which channels lie side by side (images of one pixel,
or ``channels_last``), sums are of float32, row by row. Of *images*, in which the numbers of a channel do, each image is
added up as rows are (:mod:`~.row_sums`), and images in double. Where a product is added to something, some steps round
once (a compiler made them so) and some do not. What lies in neither way is not done here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core import CORE
from ..dtypes import Array
from ..fused import plus_products
from .row_sums import sums_of_products, sums_of_rows

F, D = np.float32, np.float64
_LANES = 8
"""Channels of rows that a vector holds."""


def is_followed(x: Array, *others: Array) -> bool:
    """Whether PyTorch has a kernel for how these arrays, all in the same way, lie, and it is done here."""
    if x.dtype != F or x.ndim < 2 or not x.size or any(other.dtype != F for other in others):
        return False
    arrays = (x, *others)
    if all(array.flags.c_contiguous for array in arrays):
        return True
    return x.ndim == 4 and all(np.moveaxis(array, 1, -1).flags.c_contiguous for array in arrays)


class _Channels:
    """Numbers by channel: ``(rows, channels)`` or ``(images, channels, pixels)``, beside others that lie alike."""

    def __init__(self, x: Array) -> None:
        self.count = x.size // x.shape[1]
        self.are_rows = not x.flags.c_contiguous or self.count == x.shape[0]
        self.shape, self.memory = x.shape, self.laid(x)

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

    def sums(self, numbers: Array) -> Array:
        """By channel, what numbers that lie alike add up to."""
        if not self.are_rows:
            return _of_images(sums_of_rows(numbers))
        return np.asarray(np.add.reduce(numbers, axis=0) if self.shape[1] > 1 else np.add.accumulate(numbers)[-1])

    def products(self, mean: Array, numbers: Array) -> Array:
        """By channel, the sum of these times those of other numbers that lie alike, less their mean."""
        if self.are_rows:
            return products_of_rows(self.memory, mean, numbers)
        return _of_images(sums_of_products(self.memory - mean[:, None], numbers))

    def squares(self, mean: Array) -> Array:
        """By channel, the sum of squares of what the numbers are away from their mean."""
        if self.are_rows:
            return products_of_rows(self.memory, mean, None)
        centred = self.memory - mean[:, None]
        return np.asarray(np.add.reduce(centred * centred, axis=(0, 2), dtype=D)).astype(F)


def _of_images(sums: Array) -> Array:
    """By channel, in double, the sum of what images came to."""
    return np.asarray(np.add.accumulate(sums[..., 0], axis=0, dtype=D)[-1])


def products_of_rows(x: Array, mean: Array, y: Array | None) -> Array:
    """By channel, the sum of ``(x - mean) * y`` over rows, each rounded once; without ``y``, of the squares."""
    if CORE is not None and (fast := CORE.products_of_rows(x, mean, y)) is not None:
        return np.asarray(fast)
    total = np.zeros(x.shape[1], F)
    for place, row in enumerate(x):
        centred = row - mean
        total = plus_products(total, centred, centred if y is None else y[place])
    return total


def _inverse_in_double(variance: Array, eps: float) -> Array:
    return np.asarray(1 / np.sqrt(variance.astype(D) + eps)).astype(F)


def forward(
    x: Array, weight: Array | None, bias: Array | None, kept_mean: Any, kept_variance: Any, eps: float,
    *, training: bool,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """The numbers normalised, scaled and shifted; and in training the means, and one over the spreads."""
    channels, nothing = _Channels(x), np.zeros(0, F)
    with np.errstate(all="ignore"):
        if not training:
            inverse = F(1) / np.sqrt(kept_variance + F(eps))
            return _normalized(channels, kept_mean, inverse, weight, bias), nothing, nothing
        if channels.are_rows:
            mean = channels.sums(channels.memory) / F(channels.count)
        else:
            mean = (np.add.reduce(channels.memory, axis=(0, 2), dtype=D) / channels.count).astype(F)
        inverse = _inverse_in_double(channels.squares(mean) / F(channels.count), eps)
        return _normalized(channels, mean, inverse, weight, bias), mean, inverse


def _normalized(channels: _Channels, mean: Array, inverse: Array, weight: Array | None, bias: Array | None) -> Array:
    factor = inverse if weight is None else inverse * weight
    shift = plus_products(np.zeros_like(factor) if bias is None else bias, -mean, factor)
    return channels.back(plus_products(channels.spread(shift), channels.memory, channels.spread(factor)))


def moved(x: Array, mean: Array, kept: Array, kept_variance: Array, momentum: float) -> tuple[Array, Array]:
    """Running means and variances, moved towards those of the batch."""
    channels, rest = _Channels(x), F(1 - momentum)
    with np.errstate(all="ignore"):
        variance = channels.squares(mean) / F(max(channels.count - 1, 1))
        return F(momentum) * mean + rest * kept, plus_products(rest * kept_variance, variance, F(momentum))


def cotangents(
    grad: Array, x: Array, weight: Array | None, mean: Array, inverse: Array | None, variance: Any, eps: float,
    needs: Sequence[bool],
) -> tuple[Array | None, Array | None, Array | None]:  # fmt: skip
    """Those of the numbers, the scale and the shift: with ``inverse`` of a batch, or ``variance`` of what was kept."""
    channels, of_batch = _Channels(x), inverse is not None
    slopes = channels.laid(grad)
    of_x = of_weight = of_bias = None
    with np.errstate(all="ignore"):
        mean = np.ascontiguousarray(mean)
        spread = _inverse_in_double(variance, eps) if inverse is None else inverse
        level = channels.sums(slopes) if needs[2] or (needs[0] and of_batch) else None
        products = channels.products(mean, slopes) if needs[1] or (needs[0] and of_batch) else None
        if needs[0]:
            found = _through_batch(channels, slopes, mean, spread, products, level) if of_batch else slopes
            found = found * channels.spread(spread)
            of_x = channels.back(found if weight is None else found * channels.spread(weight))
        if needs[1] and products is not None:
            of_weight = (products * spread).astype(F)
        if needs[2] and level is not None:
            of_bias = level.astype(F)
    return of_x, of_weight, of_bias


def _through_batch(
    channels: _Channels, slopes: Array, mean: Array, inverse: Array, products: Any, level: Any
) -> Array:
    """The cotangents less what goes by way of mean and spread, which the numbers share."""
    along = products.astype(F) * inverse * inverse / F(channels.count)
    lower = slopes - channels.spread((level / D(channels.count)).astype(F))
    centred = channels.memory - channels.spread(mean)
    found: Array = plus_products(lower, -centred, channels.spread(along))
    whole = len(mean) - len(mean) % _LANES
    if channels.are_rows and whole < len(mean):
        found[:, whole:] = lower[:, whole:] - centred[:, whole:] * along[whole:]
    return found
