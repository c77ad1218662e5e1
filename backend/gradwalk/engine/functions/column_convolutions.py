"""Convolutions as products of matrices, as PyTorch has those that oneDNN does not take (ATen's ``ConvolutionMM2d.cpp``,
``NaiveConvolutionTranspose2d.cpp``, ``NaiveDilatedConvolution.cpp``).

The *columns* of an image are a matrix of a row for each channel and place of the kernel, and of a column for each
result: what the kernel's place reads for the result. Of a kernel of one number they are the image itself. Numbers are
float32 or float64; images have one spatial dimension or two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product as places_of
from math import prod

import numpy as np

from ..dtypes import Array
from ..products import add_product, product
from .chains import within
from .general_convolutions import sum_channels as sum_channels

Ints = Sequence[int]


def is_followed(x: Array, weight: Array, groups: int) -> bool:
    """Whether a convolution comes about as products here."""
    return x.ndim in (3, 4) and groups == 1 and x.dtype.char in "fd" and weight.dtype == x.dtype and bool(x.size)


def _parts(
    sizes: Ints, made: Ints, kernel: Ints, stride: Ints, padding: Ints, dilation: Ints
) -> Iterator[tuple[tuple[slice, ...], tuple[slice, ...]]]:
    """For each place of the kernel, the results for which it reads something, and where it reads."""
    for at in places_of(*map(range, kernel)):
        offsets = [k * d - p for k, d, p in zip(at, dilation, padding, strict=True)]
        here, there = within(sizes, made, offsets, stride)
        yield tuple(here), tuple(there)


def _is_one(kernel: Ints, stride: Ints, padding: Ints) -> bool:
    return set(kernel) == {1} and set(stride) == {1} and not any(padding)


def _columns(image: Array, kernel: Ints, made: Ints, stride: Ints, padding: Ints, dilation: Ints) -> Array:
    """(C, *in) gives (C * kernel, results)."""
    if _is_one(kernel, stride, padding):
        return image.reshape(len(image), -1)
    found = np.zeros((len(image), prod(kernel), *made), image.dtype)
    for k, (here, there) in enumerate(_parts(image.shape[1:], made, kernel, stride, padding, dilation)):
        found[:, k][(slice(None), *here)] = image[(slice(None), *there)]
    return found.reshape(len(image) * prod(kernel), -1)


def _folded(
    columns: Array, sizes: Ints, made: Ints, kernel: Ints, stride: Ints, padding: Ints, dilation: Ints
) -> Array:
    """(C * kernel, results) added up to (C, *in), a place of the kernel after the other."""
    if _is_one(kernel, stride, padding):
        return columns.reshape(tuple(sizes))
    found = np.zeros(tuple(sizes), columns.dtype)
    columns = columns.reshape(sizes[0], prod(kernel), *made)
    for k, (here, there) in enumerate(_parts(sizes[1:], made, kernel, stride, padding, dilation)):
        found[(slice(None), *there)] += columns[:, k][(slice(None), *here)]
    return found


def convolve(
    x: Array, weight: Array, bias: Array | None, made: Ints, stride: Ints, padding: Ints, dilation: Ints, _: int
) -> Array:
    """(N, C, *in) with (O, C, *kernel) gives (N, O, *made)."""
    flat = weight.reshape(len(weight), -1)
    found = np.zeros((len(x), len(weight), *made), x.dtype)
    for image, results in zip(x, found.reshape(len(x), len(weight), prod(made)), strict=True):
        columns = _columns(image, weight.shape[2:], made, stride, padding, dilation)
        if bias is None:
            results[...] = product(flat, columns)
        else:
            results += bias[:, None]
            add_product(results, flat, columns, 1)
    return found


def convolve_back(
    grad: Array, weight: Array, sizes: Ints, stride: Ints, padding: Ints, dilation: Ints, _: int
) -> Array:
    """What the input of a convolution gets: (N, O, *out) spread over ``sizes``."""
    turned = weight.reshape(len(weight), -1).T
    found = np.empty(tuple(sizes), grad.dtype)
    for cotangent, image in zip(grad, found, strict=True):
        columns = product(turned, cotangent.reshape(len(cotangent), -1))
        image[...] = _folded(columns, image.shape, grad.shape[2:], weight.shape[2:], stride, padding, dilation)
    return found


def convolve_weight(grad: Array, x: Array, sizes: Ints, stride: Ints, padding: Ints, dilation: Ints, _: int) -> Array:
    """What the weight of a convolution gets, an image after the other."""
    found = np.zeros(tuple(sizes), grad.dtype)
    flat = found.reshape(sizes[0], prod(sizes[1:]))
    for cotangent, image in zip(grad, x, strict=True):
        columns = _columns(image, sizes[2:], grad.shape[2:], stride, padding, dilation)
        add_product(flat, cotangent.reshape(len(cotangent), -1), columns.T, 1)
    return found
