"""Layers whose input size is seen from the first input."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.tensor import Tensor

from ..parameter import UninitializedParameter
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
from .module import has_lazy


class LazyLinear(Linear):
    """A linear layer that learns ``in_features`` from what it is first given."""

    def __init__(self, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None) -> None:
        super().__init__(0, 0, False)
        self.in_features = 0
        self.out_features = out_features
        self.weight = UninitializedParameter(dtype=dtype)
        self.register_parameter("bias", UninitializedParameter(dtype=dtype) if bias else None)

    def reset_parameters(self) -> None:
        """Draw weight and bias anew, once they are there."""
        if self.in_features and not has_lazy(self):
            super().reset_parameters()

    def forward(self, input: Tensor) -> Tensor:
        if has_lazy(self):
            self.in_features = input.shape[-1]
            waiting: Any = self.weight
            waiting.materialize((self.out_features, self.in_features))
            if self.bias is not None:
                waiting = self.bias
                waiting.materialize((self.out_features,))
            self.reset_parameters()
            self.__class__ = Linear  # type: ignore[assignment]
            return self.forward(input)
        return super().forward(input)


class _LazyConv(_Forward):
    becomes: type[_Forward]

    def __init__(
        self, out_channels: int, kernel_size: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1,
        groups: int = 1, bias: bool = True, padding_mode: str = "zeros", device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__(
            0, 0, kernel_size, stride, padding, dilation, groups, False, padding_mode, device, dtype
        )  # fmt: skip
        self.out_channels = out_channels
        self.weight = UninitializedParameter(dtype=dtype)
        self.register_parameter("bias", UninitializedParameter(dtype=dtype) if bias else None)

    def reset_parameters(self) -> None:
        """Draw weight and bias anew, once they are there."""
        if self.in_channels and not has_lazy(self):
            super().reset_parameters()

    def forward(self, input: Tensor) -> Tensor:
        if has_lazy(self):
            self.in_channels = input.shape[1 if input.ndim == self.dims + 2 else 0]
            waiting: Any = self.weight
            waiting.materialize((self.out_channels, self.in_channels // self.groups, *self.kernel_size))
            if self.bias is not None:
                waiting = self.bias
                waiting.materialize((self.out_channels,))
            self.reset_parameters()
            self.__class__ = self.becomes  # type: ignore[assignment]
            return self.forward(input)
        return super().forward(input)


class LazyConv1d(_LazyConv):
    """A convolution of sequences that learns ``in_channels`` from what it is first given."""

    dims = 1
    function = Conv1d.function
    becomes = Conv1d


class LazyConv2d(_LazyConv):
    """A convolution of images that learns ``in_channels`` from what it is first given."""

    dims = 2
    function = Conv2d.function
    becomes = Conv2d


class LazyConv3d(_LazyConv):
    """A convolution of volumes that learns ``in_channels`` from what it is first given."""

    dims = 3
    function = Conv3d.function
    becomes = Conv3d


class _LazyTransposed(_ConvTransposeNd):
    becomes: type[_ConvTransposeNd]

    def __init__(
        self, out_channels: int, kernel_size: Any, stride: Any = 1, padding: Any = 0, output_padding: Any = 0,
        groups: int = 1, bias: bool = True, dilation: Any = 1, padding_mode: str = "zeros", device: Any = None,
        dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__(
            0, 0, kernel_size, stride, padding, output_padding, groups, False, dilation, padding_mode, device, dtype
        )  # fmt: skip
        self.out_channels = out_channels
        self.weight = UninitializedParameter(dtype=dtype)
        self.register_parameter("bias", UninitializedParameter(dtype=dtype) if bias else None)

    def reset_parameters(self) -> None:
        """Draw weight and bias anew, once they are there."""
        if self.in_channels and not has_lazy(self):
            super().reset_parameters()

    def forward(self, input: Tensor, output_size: Any = None) -> Tensor:
        if has_lazy(self):
            self.in_channels = input.shape[1 if input.ndim == self.dims + 2 else 0]
            waiting: Any = self.weight
            waiting.materialize((self.in_channels, self.out_channels // self.groups, *self.kernel_size))
            if self.bias is not None:
                waiting = self.bias
                waiting.materialize((self.out_channels,))
            self.reset_parameters()
            self.__class__ = self.becomes  # type: ignore[assignment]
            return self.forward(input, output_size)
        return super().forward(input, output_size)


class LazyConvTranspose1d(_LazyTransposed):
    """A transposed convolution of sequences that learns ``in_channels`` from what it is first given."""

    dims = 1
    function = ConvTranspose1d.function
    becomes = ConvTranspose1d


class LazyConvTranspose2d(_LazyTransposed):
    """A transposed convolution of images that learns ``in_channels`` from what it is first given."""

    dims = 2
    function = ConvTranspose2d.function
    becomes = ConvTranspose2d


class LazyConvTranspose3d(_LazyTransposed):
    """A transposed convolution of volumes that learns ``in_channels`` from what it is first given."""

    dims = 3
    function = ConvTranspose3d.function
    becomes = ConvTranspose3d
