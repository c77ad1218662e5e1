"""Layers whose input size is seen from the first input."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gradwalk.engine.tensor import Tensor

from ._waiting import LazyModuleMixin, Waiting  # noqa: F401  # the first as PyTorch has it
from .conv import (
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
    _ConvTransposeNd,
    _Forward,
)
from .linear import Linear


class LazyLinear(Waiting, Linear):
    """A linear layer that learns ``in_features`` from what it is first given."""

    cls_to_become = Linear
    learns = "in_features"

    def __init__(self, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None) -> None:
        super().__init__(0, 0, False)
        self.in_features = 0
        self.out_features = out_features
        self._wait(bias, dtype)

    def _see(self, input: Tensor) -> None:
        self.in_features = input.shape[-1]

    def _sizes(self) -> Iterable[tuple[Any, tuple[int, ...]]]:
        return (self.weight, (self.out_features, self.in_features)), (self.bias, (self.out_features,))

    def initialize_parameters(self, input: Tensor) -> None:
        """Take the sizes that the first input asks for, and draw; of a layer that was loaded, look whether they fit."""
        super().initialize_parameters(input)
        if self.in_features == 0:
            seen, loaded = input.shape[-1], self.weight.shape[-1]
            assert seen == loaded, (
                f"The in_features inferred from input: {seen} is not equal to in_features from self.weight: {loaded}"
            )
            self._see(input)


class _WaitingForChannels(Waiting):
    """A convolution that learns ``in_channels``."""

    dims: int
    groups: int
    learns = "in_channels"

    def _see(self, input: Tensor) -> None:
        ndims = self.dims + 1
        if input.ndim not in (ndims, ndims + 1):
            raise RuntimeError(
                f"Expected {ndims}D (unbatched) or {ndims + 1}D (batched) input to {type(self).__name__}, but got "
                f"input of size: {input.shape}"
            )
        self.in_channels = input.shape[-ndims]
        if self.in_channels % self.groups:
            raise ValueError("in_channels must be divisible by groups")


class _LazyConv(_WaitingForChannels, _Forward):
    def __init__(
        self, out_channels: int, kernel_size: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1,
        groups: int = 1, bias: bool = True, padding_mode: str = "zeros", device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__(
            0, 0, kernel_size, stride, padding, dilation, groups, False, padding_mode, device, dtype
        )  # fmt: skip
        self.out_channels = out_channels
        self._wait(bias, dtype)

    def _sizes(self) -> Iterable[tuple[Any, tuple[int, ...]]]:
        weight = (self.out_channels, self.in_channels // self.groups, *self.kernel_size)
        return (self.weight, weight), (self.bias, (self.out_channels,))


class LazyConv1d(_LazyConv):
    """A convolution of sequences that learns ``in_channels`` from what it is first given."""

    dims = 1
    _conv_forward = Conv1d._conv_forward
    cls_to_become = Conv1d


class LazyConv2d(_LazyConv):
    """A convolution of images that learns ``in_channels`` from what it is first given."""

    dims = 2
    _conv_forward = Conv2d._conv_forward
    cls_to_become = Conv2d


class LazyConv3d(_LazyConv):
    """A convolution of volumes that learns ``in_channels`` from what it is first given."""

    dims = 3
    _conv_forward = Conv3d._conv_forward
    cls_to_become = Conv3d


class _LazyTransposed(_WaitingForChannels, _ConvTransposeNd):
    def __init__(
        self, out_channels: int, kernel_size: Any, stride: Any = 1, padding: Any = 0, output_padding: Any = 0,
        groups: int = 1, bias: bool = True, dilation: Any = 1, padding_mode: str = "zeros", device: Any = None,
        dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__(
            0, 0, kernel_size, stride, padding, output_padding, groups, False, dilation, padding_mode, device, dtype
        )  # fmt: skip
        self.out_channels = out_channels
        self._wait(bias, dtype)

    def _sizes(self) -> Iterable[tuple[Any, tuple[int, ...]]]:
        weight = (self.in_channels, self.out_channels // self.groups, *self.kernel_size)
        return (self.weight, weight), (self.bias, (self.out_channels,))


class LazyConvTranspose1d(_LazyTransposed):
    """A transposed convolution of sequences that learns ``in_channels`` from what it is first given."""

    dims = 1
    function = ConvTranspose1d.function
    cls_to_become = ConvTranspose1d


class LazyConvTranspose2d(_LazyTransposed):
    """A transposed convolution of images that learns ``in_channels`` from what it is first given."""

    dims = 2
    function = ConvTranspose2d.function
    cls_to_become = ConvTranspose2d


class LazyConvTranspose3d(_LazyTransposed):
    """A transposed convolution of volumes that learns ``in_channels`` from what it is first given."""

    dims = 3
    function = ConvTranspose3d.function
    cls_to_become = ConvTranspose3d
