"""Convolutions, transposed or not, and the two linear maps that are their cotangents."""

from __future__ import annotations

from ..functions.convolutions import convolve, convolve_back, convolve_weight
from ..op import define
from . import _convolution as forwards

_GEOMETRY = "stride=(), padding=(), dilation=(), groups=1"
_PLACE = "stride, padding, dilation, groups"

convolution = define(
    "convolution(input, weight, bias, *, stride=(), padding=(), dilation=(), transposed=False, output_padding=(), "
    "groups=1)",
    forwards.convolution, "ConvolutionBackward0",
    {
        "input": "convolution_input(grad, weight, input_sizes, stride, padding, dilation, groups, transposed)",
        "weight": "convolution_weight(grad, input, weight_sizes, stride, padding, dilation, groups, transposed)",
        "bias": "sum_channels(grad)",
    },
    saves=("output_padding", "input", "weight", "bias_sizes_opt"), hides=("input_sizes", "weight_sizes"),
    shown="conv(input, weight) + bias", category="convolution",
)  # fmt: skip
convolve_op = define(
    f"convolve(input, weight, *, {_GEOMETRY})", convolve, "ConvolutionBackward0",
    {
        "input": f"conv_back(grad, weight, input_sizes, {_PLACE})",
        "weight": f"conv_weight(grad, input, weight_sizes, {_PLACE})",
    },
    shown="conv(input, weight)", category="convolution",
)  # fmt: skip
convolve_back_op = define(
    f"convolve_back(grad_output, weight, *, sizes=(), {_GEOMETRY})", convolve_back, "ConvolutionBackwardBackward0",
    {
        "grad_output": f"conv(grad, weight, {_PLACE})",
        "weight": f"conv_weight(grad_output, grad, weight_sizes, {_PLACE})",
    },
    shown="conv_back(grad_output, weight)", category="convolution",
)  # fmt: skip
convolve_weight_op = define(
    f"convolve_weight(grad_output, input, *, sizes=(), {_GEOMETRY})", convolve_weight, "ConvolutionBackwardBackward0",
    {
        "grad_output": f"conv(input, grad, {_PLACE})",
        "input": f"conv_back(grad_output, grad, input_sizes, {_PLACE})",
    },
    shown="conv_weight(grad_output, input)", category="convolution",
)  # fmt: skip
