"""Which kernels a convolution is computed with: those that PyTorch would take, if they can be followed to the last bit.

Each is a module of ``convolve``, ``convolve_back``, ``convolve_weight`` and ``sum_channels``; a transposed convolution
is the second of these used forwards. PyTorch gives to oneDNN what is large enough; which that is depends on whether it
may use several threads, and here it may not (``ConvParams::use_mkldnn`` of ATen's ``Convolution.cpp``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..dtypes import Array
from . import column_convolutions, direct_convolutions, general_convolutions

Ints = Sequence[int]

_LARGE = 20480
"""An input of more elements is large enough for oneDNN."""


class Kernels(Protocol):
    """How a convolution, of stride, padding, dilation and groups, is computed, and what it passes back."""

    def convolve(
        self, x: Array, weight: Array, bias: Array | None, made: Ints, stride: Ints, padding: Ints, dilation: Ints,
        groups: int, /,
    ) -> Array:  # fmt: skip
        """(N, C, *in) with (O, C / groups, *kernel) gives (N, O, *made)."""

    def convolve_back(
        self, grad: Array, weight: Array, sizes: Ints, stride: Ints, padding: Ints, dilation: Ints, groups: int, /
    ) -> Array:
        """What the input gets: (N, O, *out) spread over ``sizes``."""

    def convolve_weight(
        self, grad: Array, x: Array, sizes: Ints, stride: Ints, padding: Ints, dilation: Ints, groups: int, /
    ) -> Array:
        """What the weight gets."""

    def sum_channels(self, grad: Array, /) -> Array:
        """What the bias gets."""


def kernels_of(
    x: Array, weight: Array, stride: Ints, padding: Ints, dilation: Ints, groups: int, output_padding: Ints | None
) -> Kernels:
    """The kernels for a convolution; ``output_padding`` is that of a transposed one, and None of others."""
    if output_padding is None or all(o < s for o, s in zip(output_padding, stride, strict=True)):
        is_alone = all(k == 1 for k in weight.shape[2:])
        is_plain = all(n == 1 for n in (*stride, *dilation))
        is_for_threads = is_alone and is_plain and len(x) < 16
        if is_large(x, weight, groups) and not is_for_threads:
            followed = direct_convolutions.is_followed(x, weight, stride, padding, dilation, groups)
            return direct_convolutions if followed else general_convolutions
    return column_convolutions if column_convolutions.is_followed(x, weight, groups) else general_convolutions


def is_large(x: Array, weight: Array, groups: int) -> bool:
    """Whether PyTorch gives a convolution to oneDNN where it may use several threads."""
    if x.dtype.char != "f":
        return False
    kernel = (1, *weight.shape[2:])[-2:]
    has_large_kernel = all(k > 3 for k in kernel)
    return groups > 1 or has_large_kernel or len(x) > 1 or x.size > _LARGE
