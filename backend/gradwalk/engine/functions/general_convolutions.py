"""Convolutions of any number of dimensions, dtype and groups, as numpy adds up their products."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from ..cascade import reduce
from ..dtypes import Array

Ints = Sequence[int]


def _windows(x: Array, kernel: Ints, stride: Ints, padding: Ints, dilation: Ints) -> Array:
    """A view of shape (N, C, *out, *kernel) of the padded input."""
    padded = np.pad(x, [(0, 0), (0, 0), *((p, p) for p in padding)]) if any(padding) else x
    reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    axes = tuple(range(2, x.ndim))
    view = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=axes)
    steps = [slice(None, None, s) for s in stride] + [slice(None, None, d) for d in dilation]
    return view[(slice(None), slice(None), *steps)]


def convolve(
    x: Array, weight: Array, bias: Array | None, made: Ints, stride: Ints, padding: Ints, dilation: Ints, groups: int
) -> Array:
    """(N, C, *in) with (O, C / groups, *kernel) gives (N, O, *made)."""
    windows = _windows(x, weight.shape[2:], stride, padding, dilation)
    windows = windows[(slice(None), slice(None), *map(slice, made))]
    spatial = x.ndim - 2
    summed = [1, *range(2 + spatial, 2 + 2 * spatial)]
    kernel_axes = [1, *range(2, 2 + spatial)]
    parts = [
        np.tensordot(w, part, (kernel_axes, summed))
        for w, part in zip(np.split(weight, groups), np.split(windows, groups, axis=1), strict=True)
    ]
    whole = np.moveaxis(parts[0] if groups == 1 else np.concatenate(parts), 1, 0)
    if bias is not None:
        whole += bias.astype(whole.dtype, copy=False).reshape(-1, *(1 for _ in made))
    return whole


def convolve_back(
    grad: Array, weight: Array, sizes: Ints, stride: Ints, padding: Ints, dilation: Ints, groups: int
) -> Array:
    """What the input of a convolution gets: (N, O, *out) spread over ``sizes``."""
    count, spatial = grad.shape[0], grad.shape[2:]
    channels = weight.shape[1] * groups
    padded = np.zeros((count, channels, *(n + 2 * p for n, p in zip(sizes[2:], padding, strict=True))), grad.dtype)
    weights, grads = np.split(weight, groups), np.split(grad, groups, axis=1)
    for offset in product(*map(range, weight.shape[2:])):
        place = tuple(
            slice(o * d, o * d + (n - 1) * s + 1, s)
            for o, d, n, s in zip(offset, dilation, spatial, stride, strict=True)
        )
        here: Any = (..., *offset)
        parts = [np.tensordot(w[here], g, (0, 1)) for w, g in zip(weights, grads, strict=True)]
        padded[(slice(None), slice(None), *place)] += np.moveaxis(np.concatenate(parts), 1, 0)
    inner = tuple(slice(p, p + n) for n, p in zip(sizes[2:], padding, strict=True))
    return padded[(slice(None), slice(None), *inner)]


def convolve_weight(
    grad: Array, x: Array, sizes: Ints, stride: Ints, padding: Ints, dilation: Ints, groups: int
) -> Array:
    """What the weight of a convolution gets."""
    windows = _windows(x, sizes[2:], stride, padding, dilation)
    spatial = x.ndim - 2
    axes = [0, *range(2, 2 + spatial)]
    windows = windows[(slice(None), slice(None), *(slice(0, n) for n in grad.shape[2:]))]
    parts = [
        np.tensordot(g, part, (axes, axes))
        for g, part in zip(np.split(grad, groups, axis=1), np.split(windows, groups, axis=1), strict=True)
    ]
    return np.concatenate(parts)


def sum_channels(grad: Array) -> Array:
    """What a bias gets: all of a channel."""
    return np.asarray(reduce(grad, (0, *range(2, grad.ndim)), False))
