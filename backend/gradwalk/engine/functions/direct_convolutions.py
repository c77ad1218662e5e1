"""Convolutions of float32 as PyTorch has them from oneDNN's direct kernels, on processors with AVX2, to the last bit.

Which term comes when was found by experiment (of a sum of 1, M and -M the 1 is lost unless the others met before), and
stands in oneDNN's sources (``jit_avx2_conv_kernel_f32.cpp``, ``jit_brgemm_conv_bwd_strided.cpp``,
``jit_avx2_1x1_conv_kernel_f32.cpp``). Numbers lie row by row, (N, C, H, W); a line is an image of height 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

import numpy as np

from ..dtypes import Array
from . import column_convolutions as columns_
from .chains import chained, chained_weights

Ints = Sequence[int]

_LANES = 8
"""Channels that are added up at a time."""
_MOST_ALONE, _MOST_ALONE_BACK = 128, 64
"""Channels of a chain where the kernel is of one number: forwards, and back."""
_MOST_WIDE = 14
"""Columns of a kernel from which on it is too wide for what gives its cotangents."""
_MOST_WORK = 1 << 27
"""Multiplications of a convolution that is added up here."""
_PIXELS, _MOST_PIXELS = 128, 192
"""So many pixels make a chain of a weight that is alone in its kernel; the last one takes what is fewer than these."""


def is_followed(x: Array, weight: Array, stride: Ints, padding: Ints, dilation: Ints, groups: int) -> bool:
    """Whether a convolution of images or lines is one that the direct kernels take, and not a large one. ``x`` is what
    a transposed one reads, too."""
    if x.dtype.char != "f" or weight.dtype.char != "f" or x.ndim not in (3, 4) or groups != 1 or not x.size:
        return False
    if any(d > 1 for d in dilation) and any(s > 1 for s in stride):
        return False
    reach = (d * (k - 1) + 1 for k, d in zip(weight.shape[2:], dilation, strict=True))
    if any(r <= p for r, p in zip(reach, padding, strict=True)):
        return False
    return 0 < weight.size * len(x) * prod(x.shape[2:]) <= _MOST_WORK


def _of_images(x: Array, weight: Array, *places: Ints) -> tuple[Array, Array, list[tuple[int, int]]]:
    """Lines as images of height 1; whatever lies otherwise, row by row."""
    if x.ndim == 3:
        x, weight = x[:, :, None], weight[:, :, None]
    of_lines = (1, 0, 1)  # a stride, a padding, and a dilation along the height
    pairs = [(fill if len(at) == 1 else at[0], at[-1]) for fill, at in zip(of_lines, places, strict=True)]
    return np.ascontiguousarray(x), np.ascontiguousarray(weight), pairs


def _is_alone(kernel: Ints, stride: Ints, read: Ints, made: Ints) -> bool:
    """Whether a kernel is of one number, and what it reads ends with its stride: then it has kernels of its own."""
    fits = tuple(stride) == (1, 1) or all(m * s == n for n, m, s in zip(read, made, stride, strict=True))
    return tuple(kernel) == (1, 1) and fits


def _is_plain(kernel: Ints, read: Ints, dilation: Ints) -> bool:
    return all(d == 1 for d in dilation) and kernel[-1] < _MOST_WIDE and (len(kernel) == 1 or kernel[0] <= read[0])


def _taps(kernel: Ints, dilation: Ints, padding: Ints) -> tuple[list[int], list[int]]:
    """Where the places of a kernel read, from where its result is: rows and columns."""
    (height, width), (down, right), (above, before) = kernel, dilation, padding
    places = list(product(range(height), range(width)))
    return [i * down - above for i, _ in places], [j * right - before for _, j in places]


def convolve(
    x: Array, weight: Array, bias: Array | None, made: Ints, stride: Ints, padding: Ints, dilation: Ints, _: int
) -> Array:
    """(N, C, *in) with (O, C, *kernel) gives (N, O, *made)."""
    found = np.empty((len(x), len(weight), *made), x.dtype)
    results = found[:, :, None] if found.ndim == 3 else found
    x, weight, (stride, padding, dilation) = _of_images(x, weight, stride, padding, dilation)
    rows, columns = _taps(weight.shape[2:], dilation, padding)
    flat = weight.reshape(*weight.shape[:2], -1)
    most = _MOST_ALONE if _is_alone(weight.shape[2:], stride, x.shape[2:], results.shape[2:]) else x.shape[1]
    for start in range(0, x.shape[1], most):
        some = slice(start, start + most)
        parts = np.ascontiguousarray(x[:, some]), np.ascontiguousarray(flat[:, some])
        chained(*parts, rows, columns, stride, results, None if start else bias, _LANES, start > 0)
    return found


def convolve_back(
    grad: Array, weight: Array, sizes: Ints, stride: Ints, padding: Ints, dilation: Ints, _: int
) -> Array:
    """What the input of a convolution gets: (N, O, *out) spread over ``sizes``."""
    made = np.empty((len(grad), weight.shape[1], *sizes[2:]), grad.dtype)
    image = made[:, :, None] if made.ndim == 3 else made
    grad, weight, (stride, padding, dilation) = _of_images(grad, weight, stride, padding, dilation)
    turned = np.ascontiguousarray(weight.swapaxes(0, 1))
    if tuple(stride) == (1, 1):
        _back_in_chunks(grad, turned, padding, dilation, image)
    else:
        _back_by_phases(grad, turned, stride, padding, image)
    return made


def _back_in_chunks(grad: Array, turned: Array, padding: Ints, dilation: Ints, made: Array) -> None:
    """Some channels make a chain, by how wide the cotangent is."""
    rows, columns = ([-at for at in places] for places in _taps(turned.shape[2:], dilation, padding))
    flat = turned.reshape(*turned.shape[:2], -1)
    across = grad.shape[-1]
    most = _LANES * (4 if across < 15 else 2 if across < 40 else 1)
    if _is_alone(turned.shape[2:], (1, 1), made.shape[2:], grad.shape[2:]):
        most = _MOST_ALONE_BACK
    for start in range(0, grad.shape[1], most):
        some = slice(start, start + most)
        parts = np.ascontiguousarray(grad[:, some]), np.ascontiguousarray(flat[:, some])
        chained(*parts, rows, columns, (1, 1), made, None, _LANES, start > 0)


def _back_by_phases(grad: Array, turned: Array, stride: Ints, padding: Ints, made: Array) -> None:
    """Pixels that are a stride apart have the same taps. Of a row whose phases are alike, taps that some of a phase's
    pixels lack make chains of their own, column by column; the others one."""
    height, width = made.shape[2:]
    are_alike = width % stride[1] == 0
    for down, right in product(range(min(stride[0], height)), range(min(stride[1], width))):
        phase = made[:, :, down :: stride[0], right :: stride[1]]
        found = np.zeros(phase.shape, made.dtype)
        down_taps = [k for k in range(turned.shape[2]) if (down + padding[0] - k) % stride[0] == 0]
        right_taps = [k for k in range(turned.shape[3]) if (right + padding[1] - k) % stride[1] == 0]
        reads = {k: (right + padding[1] - k) // stride[1] for k in right_taps}
        whole = {k: at >= 0 and at + phase.shape[3] <= grad.shape[3] for k, at in reads.items()}
        chains = _chains(whole) if are_alike else [right_taps]
        adds = False
        for chain in chains:
            places = [(i, j) for i in down_taps for j in chain]
            if not places:
                continue
            rows = [(down + padding[0] - i) // stride[0] for i, _ in places]
            flat = np.stack([turned[:, :, i, j] for i, j in places], axis=-1)
            chained(grad, flat, rows, [reads[j] for _, j in places], (1, 1), found, None, grad.shape[1], adds)
            adds = True
        phase[...] = found


def _chains(whole: dict[int, bool]) -> list[list[int]]:
    """Taps that no pixel lacks together, where the first of them is; each other one by itself."""
    together = [tap for tap, is_whole in whole.items() if is_whole]
    return [together if is_whole else [tap] for tap, is_whole in whole.items() if not is_whole or tap == together[0]]


def convolve_weight(
    grad: Array, x: Array, sizes: Ints, stride: Ints, padding: Ints, dilation: Ints, groups: int
) -> Array:
    """What the weight gets. Where the kernel is dilated or higher than the image, oneDNN has products of its own; here
    are others in their place."""
    if not _is_plain(sizes[2:], x.shape[2:], dilation):
        return columns_.convolve_weight(grad, x, sizes, stride, padding, dilation, groups)
    made = np.zeros(sizes, grad.dtype)
    x, image, (stride, padding, dilation) = _of_images(x, made, stride, padding, dilation)
    grad = np.ascontiguousarray(grad[:, :, None] if grad.ndim == 3 else grad)
    flat = image.reshape(*image.shape[:2], -1)
    if _is_alone(image.shape[2:], stride, x.shape[2:], grad.shape[2:]):
        _weigh_pixels(grad, x[:, :, :: stride[0], :: stride[1]][..., : grad.shape[2], : grad.shape[3]], flat)
    else:
        rows, columns = _taps(image.shape[2:], dilation, padding)
        chained_weights(grad, x, rows, columns, stride, flat, False)
    return made


def _weigh_pixels(grad: Array, x: Array, flat: Array) -> None:
    """Of a kernel of one number each image's pixels are added up by themselves, so many at a time."""
    count = prod(grad.shape[2:])
    grad, x = (part.reshape(*part.shape[:2], 1, count) for part in (grad, x))
    adds = False
    for n in range(len(grad)):
        start = 0
        while start < count:
            end = count if count - start < _MOST_PIXELS else start + _PIXELS
            some = (slice(n, n + 1), slice(None), slice(None), slice(start, end))
            passed, read = np.ascontiguousarray(grad[some]), np.ascontiguousarray(x[some])
            chained_weights(passed, read, (0,), (0,), (1, 1), flat, adds)
            adds, start = True, end


def sum_channels(grad: Array) -> Array:
    """What a bias gets: of each channel one number after the other."""
    numbers = grad.reshape(*grad.shape[:2], -1)
    each = np.ascontiguousarray(numbers.swapaxes(0, 1)).reshape(numbers.shape[1], -1)
    return np.add.accumulate(each, axis=1)[:, -1].copy()
