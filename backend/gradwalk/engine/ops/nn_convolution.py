"""Convolutions, transposed or not, and what they pass back, in one op each."""

from __future__ import annotations

from ..functions.convolutions import convolution_backward
from ..op import define
from . import _convolution as forwards

_GEOMETRY = "stride=(), padding=(), dilation=(), transposed=False, output_padding=(), groups=1"
_PLACE = "stride, padding, dilation, transposed, output_padding, groups"

convolution = define(
    f"convolution(input, weight, bias, *, {_GEOMETRY})", forwards.convolution, "ConvolutionBackward0",
    {"input, weight, bias": f"convolution_backward(grad, input, weight, {_PLACE}, needs)"},
    saves=("bias_sizes_opt",), shown="conv(input, weight) + bias", category="convolution",
)  # fmt: skip
convolution_backward_op = define(
    f"convolution_backward(grad_output, input, weight, *, {_GEOMETRY}, output_mask=(True, True, True))",
    convolution_backward, "ConvolutionBackwardBackward0",
    {"grad_output, input, weight": f"convolution_double_backward(grads, grad_output, input, weight, {_PLACE})"},
    shown="conv_back(grad_output, input, weight)", category="convolution",
)  # fmt: skip
