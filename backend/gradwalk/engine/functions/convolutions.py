"""Convolutions of any number of dimensions, and what they pass back.

A convolution is linear in its input and in its weight; so are its two cotangents in theirs. The three are each other's
derivatives, and a transposed convolution is one of them used forwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from ..dtypes import Array
from ..op import OPS
from ..tensor import Tensor
from .registry import function

Ints = Sequence[int]


def _windows(x: Array, kernel: Ints, stride: Ints, padding: Ints, dilation: Ints) -> Array:
    """A view of shape (N, C, *out, *kernel) of the padded input."""
    padded = np.pad(x, [(0, 0), (0, 0), *((p, p) for p in padding)]) if any(padding) else x
    reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    axes = tuple(range(2, x.ndim))
    view = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=axes)
    steps = [slice(None, None, s) for s in stride] + [slice(None, None, d) for d in dilation]
    return view[(slice(None), slice(None), *steps)]


def convolve(x: Array, weight: Array, stride: Ints, padding: Ints, dilation: Ints, groups: int) -> Array:
    """(N, C, *in) with (O, C / groups, *kernel) gives (N, O, *out)."""
    windows = _windows(x, weight.shape[2:], stride, padding, dilation)
    spatial = x.ndim - 2
    summed = [1, *range(2 + spatial, 2 + 2 * spatial)]
    kernel_axes = [1, *range(2, 2 + spatial)]
    parts = [
        np.tensordot(w, part, (kernel_axes, summed))
        for w, part in zip(np.split(weight, groups), np.split(windows, groups, axis=1), strict=True)
    ]
    whole = parts[0] if groups == 1 else np.concatenate(parts)
    return np.ascontiguousarray(np.moveaxis(whole, 1, 0))


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
    return np.ascontiguousarray(padded[(slice(None), slice(None), *inner)])


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
    return np.ascontiguousarray(np.concatenate(parts))


_FORWARDS: dict[str, Any] = {"convolve": convolve, "convolve_back": convolve_back, "convolve_weight": convolve_weight}


def _either(name: str, a: Any, b: Any, params: dict[str, Any]) -> Any:
    if isinstance(a, Tensor) or isinstance(b, Tensor):
        return OPS[name](a, b, **params)
    return _FORWARDS[name](a, b, **params)


def _geometry(stride: Ints, padding: Ints, dilation: Ints, groups: int) -> dict[str, Any]:
    return {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}


@function
def conv(x: Any, weight: Any, stride: Ints, padding: Ints, dilation: Ints, groups: int) -> Any:
    """A convolution."""
    return _either("convolve", x, weight, _geometry(stride, padding, dilation, groups))


@function
def conv_back(grad: Any, weight: Any, sizes: Ints, stride: Ints, padding: Ints, dilation: Ints, groups: int) -> Any:
    """The cotangent of a convolution's input."""
    params = {"sizes": tuple(sizes)} | _geometry(stride, padding, dilation, groups)
    return _either("convolve_back", grad, weight, params)


@function
def conv_weight(grad: Any, x: Any, sizes: Ints, stride: Ints, padding: Ints, dilation: Ints, groups: int) -> Any:
    """The cotangent of a convolution's weight."""
    params = {"sizes": tuple(sizes)} | _geometry(stride, padding, dilation, groups)
    return _either("convolve_weight", grad, x, params)


@function
def convolution_input(
    grad: Any, weight: Any, sizes: Ints, stride: Ints, padding: Ints, dilation: Ints, groups: int, transposed: bool
) -> Any:
    """The cotangent of the input of a convolution, or of a transposed one."""
    if transposed:
        return conv(grad, weight, stride, padding, dilation, groups)
    return conv_back(grad, weight, sizes, stride, padding, dilation, groups)


@function
def convolution_weight(
    grad: Any, x: Any, sizes: Ints, stride: Ints, padding: Ints, dilation: Ints, groups: int, transposed: bool
) -> Any:
    """The cotangent of the weight of a convolution, or of a transposed one."""
    first, second = (x, grad) if transposed else (grad, x)
    return conv_weight(first, second, sizes, stride, padding, dilation, groups)


@function
def sum_channels(grad: Any) -> Any:
    """The cotangent of a bias for each channel: all else summed."""
    dims = (0, *range(2, len(grad.shape)))
    return OPS["sum.dim"](grad, dim=dims) if isinstance(grad, Tensor) else np.add.reduce(grad, axis=dims)
