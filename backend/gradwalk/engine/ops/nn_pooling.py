"""Pooling and resizing."""

from __future__ import annotations

from ..functions.registry import on_both
from ..functions.separable import adaptive_matrices, average_matrices, resize_matrices, separable
from ..op import Declaration, define
from . import _pooling as forwards

_POOL: Declaration = {"category": "pooling"}
_RESULTS = ("result", "result1")

_MAX = "kernel_size=(), stride=(), padding=(), dilation=(), ceil_mode=False"
_MAX_SAVES = ("self", "kernel_size", "stride", "padding", "dilation", "ceil_mode")
max_pool2d = define(
    f"max_pool2d_with_indices(self, *, {_MAX})", forwards.max_pool, "MaxPool2DWithIndicesBackward0",
    {"self": "into_planes(grad, result1, self_sizes)"},
    saves=_MAX_SAVES, hides=("self_sizes",), results=_RESULTS, shown="max_pool(self)", **_POOL,
)  # fmt: skip
max_pool3d = define(
    f"max_pool3d_with_indices(self, *, {_MAX})", forwards.max_pool, "MaxPool3DWithIndicesBackward0",
    {"self": "into_planes(grad, result1, self_sizes)"},
    saves=_MAX_SAVES, hides=("self_sizes",), results=_RESULTS, shown="max_pool(self)", **_POOL,
)  # fmt: skip
adaptive_max_pool2d = define(
    "adaptive_max_pool2d(self, *, output_size=())", forwards.adaptive_max_pool, "AdaptiveMaxPool2DBackward0",
    {"self": "into_planes(grad, result1, self_sizes)"},
    saves=("self",), hides=("self_sizes",), results=_RESULTS, shown="max_pool(self)", **_POOL,
)  # fmt: skip
into_planes = define(
    "into_planes(grad_output, indices, *, sizes=())", on_both("into_planes", forwards.into_planes),
    "MaxPool2DWithIndicesBackwardBackward0", {"grad_output": "from_planes(grad, indices)"},
    shown="scatter(grad_output)", **_POOL,
)  # fmt: skip
from_planes = define(
    "from_planes(self, indices)", on_both("from_planes", forwards.from_planes), "GatherBackward0",
    {"self": "into_planes(grad, indices, self_sizes)"}, shown="gather(self)", **_POOL,
)  # fmt: skip

_AVERAGE = "kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override"
_AVERAGE_PARAMS = (
    "kernel_size=(), stride=(), padding=(), ceil_mode=False, count_include_pad=True, divisor_override=None"
)
for _dims in (2, 3):
    define(
        f"avg_pool{_dims}d(self, *, {_AVERAGE_PARAMS})",
        lambda x, *rest: separable(x, average_matrices(x.shape, *rest)), f"AvgPool{_dims}DBackward0",
        {"self": f"map_back(grad, average_matrices(self_sizes, {_AVERAGE}))"},
        saves=("self",), hides=("self_sizes",), shown="avg_pool(self)", **_POOL,
    )  # fmt: skip
adaptive_avg_pool2d = define(
    "adaptive_avg_pool2d(self, *, output_size=())", lambda x, out: separable(x, adaptive_matrices(x.shape, out)),
    "AdaptiveAvgPool2DBackward0", {"self": "map_back(grad, adaptive_matrices(self_sizes, output_size))"},
    saves=("self",), hides=("self_sizes", "output_size"), shown="avg_pool(self)", **_POOL,
)  # fmt: skip
for _name in ("Nearest1D", "Nearest2D", "NearestExact1D", "NearestExact2D", "Linear1D", "Bilinear2D", "Bicubic2D"):
    define(
        f"upsample_{_name.lower()}(self, *, output_size=(), mode='nearest', align_corners=False, scales=())",
        lambda x, out, *rest: separable(x, resize_matrices(x.shape, out, *rest)), f"Upsample{_name}Backward0",
        {"self": "map_back(grad, resize_matrices(self_sizes, output_size, mode, align_corners, scales))"},
        hides=("mode", "scales"), shown="resize(self)", **_POOL,
    )  # fmt: skip
separable_op = define(
    "separable(self, *, matrices=())", separable, "AvgPool2DBackwardBackward0", {"self": "map_back(grad, matrices)"},
    hides=("matrices",), shown="map_each(self)", **_POOL,
)  # fmt: skip
