"""Means over windows, of a given size or as many as are wanted."""

from __future__ import annotations

from ..functions.registry import on_both
from ..functions.separable import adaptive_matrices, average_matrices, backward_of, forward_of
from ..op import define

_AVERAGE = "kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override"
_AVERAGE_PARAMS = (
    "kernel_size=(), stride=(), padding=(), ceil_mode=False, count_include_pad=True, divisor_override=None"
)

_KERNELS = {2: ("avg_pool2d", "adaptive_avg_pool2d"), 3: ("avg_pool3d_out_frame", "adaptive_avg_pool3d_cpu")}
"""What refuses whole numbers; of these the first takes int64."""

for _dims in (2, 3):
    for _name, _node, _params, _given, _matrices, _kernel in (
        (
            f"avg_pool{_dims}d", f"AvgPool{_dims}D", _AVERAGE_PARAMS, _AVERAGE, average_matrices,
            f"{_KERNELS[_dims][0]}:biu-int64",
        ),
        (
            f"adaptive_avg_pool{_dims}d", f"AdaptiveAvgPool{_dims}D", "output_size=()", "output_size",
            adaptive_matrices, _KERNELS[_dims][1],
        ),
    ):  # fmt: skip
        _back = backward_of(_matrices)
        define(
            f"{_name}(self, *, {_params})", on_both(_name, forward_of(_matrices)), f"{_node}Backward0",
            {"self": f"{_name}_backward(grad, self, {_given})"},
            hides=("output_size",), shown="avg_pool(self)", category="pooling", kernel=_kernel, lies="by channels",
        )  # fmt: skip
        define(
            f"{_name}_backward(grad_output, self, *, {_params})",
            on_both(f"{_name}_backward", lambda grad, x, *rest, _back=_back: _back(grad, x.shape, *rest)),
            f"{_node}BackwardBackward0",
            {"grad_output": f"{_name}(grad, {_given})", "self": "zeros_of(self)"},
            hides=("output_size", "self"), shown="avg_pool_back(grad_output)", category="pooling",
        )  # fmt: skip
