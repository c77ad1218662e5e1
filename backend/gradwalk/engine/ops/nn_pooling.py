"""Maxima over windows: the values, where each was, and the way back to there."""

from __future__ import annotations

from ..functions.registry import on_both
from ..op import Declaration, define
from . import _fractional, _planes
from . import _pooling as forwards

_POOL: Declaration = {"category": "pooling"}
_RESULTS = ("result", "result1")


def _backward(name: str, node: str, dims: int) -> dict[str, str]:
    """Declare the op that takes cotangents back to where the maxima were; the VJP that calls it."""
    define(
        f"{name}_backward(grad_output, self, indices, *, dims={dims})",
        on_both(f"{name}_backward", _planes.into_places_of), f"{node}BackwardBackward0",
        {"grad_output": "from_planes(grad, indices, dims)", "self": "zeros_of(self)"}, hides=("self", "dims"),
        shown="scatter(grad_output)", **_POOL,
    )  # fmt: skip
    return {"self": f"{name}_backward(grad, self, result1, {dims})"}


_MAX = "kernel_size=(), stride=(), padding=(), dilation=(), ceil_mode=False"
_MAX_SAVES = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")
max_pool2d = define(
    f"max_pool2d_with_indices(self, *, {_MAX})", forwards.max_pool, "MaxPool2DWithIndicesBackward0",
    _backward("max_pool2d_with_indices", "MaxPool2DWithIndices", 2),
    saves=_MAX_SAVES, results=_RESULTS, shown="max_pool(self)", lies="by channels", kernel="max_pool2d:b", **_POOL,
)  # fmt: skip
max_pool3d = define(
    f"max_pool3d_with_indices(self, *, {_MAX})", forwards.max_pool, "MaxPool3DWithIndicesBackward0",
    _backward("max_pool3d_with_indices", "MaxPool3DWithIndices", 3),
    saves=_MAX_SAVES, results=_RESULTS, shown="max_pool(self)", kernel="max_pool3d:b", **_POOL,
)  # fmt: skip
for _dims in (2, 3):
    define(
        f"adaptive_max_pool{_dims}d(self, *, output_size=())", forwards.adaptive_max_pool,
        f"AdaptiveMaxPool{_dims}DBackward0", _backward(f"adaptive_max_pool{_dims}d", f"AdaptiveMaxPool{_dims}D", _dims),
        results=_RESULTS, shown="max_pool(self)", lies="by channels",
        kernel="adaptive_max_pool2d" if _dims == 2 else "adaptive_max_pool3d_cpu", **_POOL,
    )  # fmt: skip
    define(
        f"fractional_max_pool{_dims}d(self, random_samples, *, kernel_size=(), output_size=())",
        _fractional.fractional_max_pool, f"FractionalMaxPool{_dims}DBackward0",
        _backward(f"fractional_max_pool{_dims}d", f"FractionalMaxPool{_dims}D", _dims),
        saves=("kernel_size", "output_size"), results=_RESULTS, shown="max_pool(self)", **_POOL,
    )  # fmt: skip
    define(
        f"max_unpool{_dims}d(self, indices, *, output_size=())", _planes.unpool, f"MaxUnpool{_dims}DBackward0",
        {"self": f"from_planes(grad, indices, {_dims})"}, shown="scatter(self)", kernel=f"max_unpool{_dims}d", **_POOL,
    )  # fmt: skip
