"""Convolutions as modules."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from gradwalk.engine.surface.creation import empty
from gradwalk.engine.tensor import Tensor

from .. import functional as F  # noqa: N812
from .. import init
from ..functional._windows import for_each
from ..parameter import Parameter
from .module import Module

_MODES = {"zeros", "reflect", "replicate", "circular"}


class _ConvNd(Module):
    """What convolutions of all dimensions share."""

    dims: int
    turned = False
    bias: Parameter | None

    def _prepare(
        self, in_channels: int, out_channels: int, kernel_size: Any, stride: Any, padding: Any, dilation: Any,
        output_padding: Any, groups: int, bias: bool, padding_mode: str, dtype: Any,
    ) -> None:  # fmt: skip
        super().__init__()
        if groups <= 0:
            raise ValueError("groups must be a positive integer")
        if in_channels % groups:
            raise ValueError("in_channels must be divisible by groups")
        if out_channels % groups:
            raise ValueError("out_channels must be divisible by groups")
        if isinstance(padding, str):
            if padding not in ("same", "valid"):
                raise ValueError(f"Invalid padding string {padding!r}, should be one of {{'same', 'valid'}}")
            if padding == "same" and any(s != 1 for s in for_each(stride, self.dims)):
                raise ValueError("padding='same' is not supported for strided convolutions")
        if padding_mode not in _MODES:
            raise ValueError(f"padding_mode must be one of {_MODES}, but got padding_mode='{padding_mode}'")
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = for_each(kernel_size, self.dims)
        self.stride = for_each(stride, self.dims)
        self.padding = padding if isinstance(padding, str) else for_each(padding, self.dims)
        self.dilation = for_each(dilation, self.dims)
        self.transposed = self.turned  # among the layer's own attributes, as in PyTorch
        self.output_padding = for_each(output_padding, self.dims)
        self.groups = groups
        self.padding_mode = padding_mode
        self._reversed_padding_repeated_twice = self._around()
        channels = (in_channels, out_channels) if self.turned else (out_channels, in_channels)
        self.weight = Parameter(empty((channels[0], channels[1] // groups, *self.kernel_size), dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_channels, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def _around(self) -> Any:
        """How far the input is padded before and after each dimension, the last one first."""
        if not isinstance(self.padding, str):
            return tuple(n for each in reversed(self.padding) for n in (each, each))
        if self.padding == "valid":
            return [0, 0] * self.dims
        totals = [d * (k - 1) for k, d in zip(self.kernel_size, self.dilation, strict=True)]
        return [n for total in reversed(totals) for n in (total // 2, total - total // 2)]

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            fan_in, _ = init._calculate_fan_in_and_fan_out(self.weight)
            bound = 1 / math.sqrt(fan_in) if fan_in > 0 else 0
            init.uniform_(self.bias, -bound, bound)

    def extra_repr(self) -> str:
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        if self.padding != (0,) * self.dims:
            text += f", padding={self.padding}"
        if self.dilation != (1,) * self.dims:
            text += f", dilation={self.dilation}"
        if self.output_padding != (0,) * self.dims:
            text += f", output_padding={self.output_padding}"
        if self.groups != 1:
            text += f", groups={self.groups}"
        if self.bias is None:
            text += ", bias=False"
        return text if self.padding_mode == "zeros" else text + f", padding_mode={self.padding_mode}"


class _Forward(_ConvNd):
    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: Any, stride: Any = 1, padding: Any = 0,
        dilation: Any = 1, groups: int = 1, bias: bool = True, padding_mode: str = "zeros", device: Any = None,
        dtype: Any = None,
    ) -> None:  # fmt: skip
        self._prepare(
            in_channels, out_channels, kernel_size, stride, padding, dilation, 0, groups, bias, padding_mode, dtype
        )

    _conv_forward: Any
    """The convolution with weights that are given: subclasses call it with their own, or put another in its place."""

    def forward(self, input: Tensor) -> Tensor:
        found: Tensor = self._conv_forward(input, self.weight, self.bias)
        return found


def _with_weights(function: Callable[..., Tensor]) -> Any:
    def _conv_forward(self: Any, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        padding: Any = self.padding
        if self.padding_mode != "zeros":
            input, padding = F.pad(input, self._reversed_padding_repeated_twice, mode=self.padding_mode), 0
        return function(input, weight, bias, self.stride, padding, self.dilation, self.groups)

    return _conv_forward


class Conv1d(_Forward):
    """A convolution of sequences."""

    dims = 1
    _conv_forward = _with_weights(F.conv1d)


class Conv2d(_Forward):
    """A convolution of images."""

    dims = 2
    _conv_forward = _with_weights(F.conv2d)


class Conv3d(_Forward):
    """A convolution of volumes."""

    dims = 3
    _conv_forward = _with_weights(F.conv3d)


class _ConvTransposeNd(_ConvNd):
    turned = True
    function: Callable[..., Tensor]

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: Any, stride: Any = 1, padding: Any = 0,
        output_padding: Any = 0, groups: int = 1, bias: bool = True, dilation: Any = 1, padding_mode: str = "zeros",
        device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        if padding_mode != "zeros":
            raise ValueError(f'Only "zeros" padding mode is supported for {type(self).__name__}')
        padding = for_each(padding, self.dims)
        self._prepare(
            in_channels, out_channels, kernel_size, stride, padding, dilation, output_padding, groups, bias,
            padding_mode, dtype,
        )  # fmt: skip

    def forward(self, input: Tensor, output_size: Any = None) -> Tensor:
        geometry = self.stride, self.padding, self.kernel_size, self.dims, self.dilation
        extra = self._output_padding(input, output_size, *geometry)
        return type(self).function(
            input, self.weight, self.bias, self.stride, self.padding, extra, self.groups, self.dilation
        )

    def _output_padding(
        self, input: Tensor, output_size: Any, stride: Any, padding: Any, kernel_size: Any, num_spatial_dims: int,
        dilation: Any = None,
    ) -> Any:  # fmt: skip
        """What is added at one side so that the result has the size that is asked for."""
        if output_size is None:
            return self.output_padding
        dims = num_spatial_dims
        sizes = input.shape[-dims:]
        first = 2 if input.ndim == dims + 2 else 1
        wanted = output_size[first:] if len(output_size) == first + dims else output_size
        if len(wanted) != dims:
            raise ValueError(
                f"ConvTranspose{dims}D: for {input.ndim}D input, output_size must have {dims} or {first + dims} "
                f"elements (got {len(wanted)})"
            )
        geometry = zip(sizes, stride, padding, kernel_size, dilation or (1,) * dims, strict=True)
        least = [(n - 1) * s - 2 * p + d * (k - 1) + 1 for n, s, p, k, d in geometry]
        found = [w - low for w, low in zip(wanted, least, strict=True)]
        most = [low + s - 1 for low, s in zip(least, stride, strict=True)]
        if any(not 0 <= n < s for n, s in zip(found, stride, strict=True)):
            raise ValueError(
                f"requested an output size of {wanted}, but valid sizes range from {least} to {most} (for an input "
                f"of {input.size()[2:]})"
            )
        return found


class ConvTranspose1d(_ConvTransposeNd):
    """A transposed convolution of sequences."""

    dims = 1
    function = staticmethod(F.conv_transpose1d)


class ConvTranspose2d(_ConvTransposeNd):
    """A transposed convolution of images."""

    dims = 2
    function = staticmethod(F.conv_transpose2d)


class ConvTranspose3d(_ConvTransposeNd):
    """A transposed convolution of volumes."""

    dims = 3
    function = staticmethod(F.conv_transpose3d)
