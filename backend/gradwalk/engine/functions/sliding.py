"""Blocks of an image side by side as columns, and columns added back to an image."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import Array
from .registry import on_both

Ints = Sequence[int]


def block_counts(sizes: Ints, kernel: Ints, dilation: Ints, padding: Ints, stride: Ints) -> list[int]:
    """How many blocks fit along each of two dimensions."""
    return [
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, d, p, s in zip(sizes, kernel, dilation, padding, stride, strict=True)
    ]


def _places(sizes: Ints, kernel: Ints, dilation: Ints, padding: Ints, stride: Ints) -> tuple[Array, ...]:
    """Row and column in the padded image of every element of every block: (kh, kw, blocks down, blocks across)."""
    counts = block_counts(sizes, kernel, dilation, padding, stride)
    rows = np.arange(kernel[0])[:, None] * dilation[0] + np.arange(counts[0]) * stride[0]
    columns = np.arange(kernel[1])[:, None] * dilation[1] + np.arange(counts[1]) * stride[1]
    return rows[:, None, :, None], columns[None, :, None, :]


def im2col(x: Array, kernel_size: Ints, dilation: Ints, padding: Ints, stride: Ints) -> Array:
    """(..., C, H, W) to (..., C * kh * kw, blocks)."""
    around = [(0, 0)] * (x.ndim - 2) + [(p, p) for p in padding]
    padded = np.pad(x, around)
    rows, columns = _places(x.shape[-2:], kernel_size, dilation, padding, stride)
    blocks = padded[..., rows, columns]
    lead = x.shape[:-3]
    return blocks.reshape(*lead, x.shape[-3] * math.prod(kernel_size), rows.shape[2] * columns.shape[3])


def col2im(x: Array, output_size: Ints, kernel_size: Ints, dilation: Ints, padding: Ints, stride: Ints) -> Array:
    """The cotangent of :func:`im2col`: (..., C * kh * kw, blocks) to (..., C, H, W), overlaps added."""
    lead = x.shape[:-2]
    rows, columns = _places(output_size, kernel_size, dilation, padding, stride)
    channels = x.shape[-2] // math.prod(kernel_size)
    whole = np.zeros((*lead, channels, *(n + 2 * p for n, p in zip(output_size, padding, strict=True))), x.dtype)
    blocks = x.reshape(*lead, channels, *kernel_size, rows.shape[2], columns.shape[3])
    places: Any = (..., rows, columns)
    np.add.at(whole, places, blocks)
    (top, left), (height, width) = padding, output_size
    return np.ascontiguousarray(whole[..., top : top + height, left : left + width])


on_both("im2col", im2col)
on_both("col2im", col2im)
