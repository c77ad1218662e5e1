"""Pooling and resizing, with one and two (and three) dimensions."""

from __future__ import annotations

import math
import warnings
from typing import Any

from gradwalk.engine.op import OPS
from gradwalk.engine.ops import nn_pooling as ops
from gradwalk.engine.ops import view
from gradwalk.engine.tensor import Tensor

from ._convolution import repeated


def _max(dims: int, input: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil: bool) -> Any:
    op = ops.max_pool3d if dims == 3 else ops.max_pool2d
    steps = () if stride is None or stride == () else repeated(stride, dims)
    return op.several(
        input, kernel_size=repeated(kernel, dims), stride=steps, padding=repeated(padding, dims),
        dilation=repeated(dilation, dims), ceil_mode=ceil,
    )  # fmt: skip


def max_pool1d(
    input: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1, ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:  # fmt: skip
    """The greatest of each window of (N, C, L) or (C, L)."""
    (k,), (p,), (d,) = (repeated(each, 1) for each in (kernel_size, padding, dilation))
    (s,) = (k,) if stride is None or stride == () else repeated(stride, 1)
    values, indices = _max(2, view.unsqueeze(input, dim=-2), (1, k), (1, s), (0, p), (1, d), ceil_mode)
    result = view.squeeze_dim(values, dim=-2)
    return (result, view.squeeze_dim(indices, dim=-2)) if return_indices else result


def max_pool2d(
    input: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1, ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:  # fmt: skip
    """The greatest of each window of (N, C, H, W) or (C, H, W)."""
    values, indices = _max(2, input, kernel_size, stride, padding, dilation, ceil_mode)
    return (values, indices) if return_indices else values


def max_pool3d(
    input: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1, ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:  # fmt: skip
    """The greatest of each window of (N, C, D, H, W)."""
    values, indices = _max(3, input, kernel_size, stride, padding, dilation, ceil_mode)
    return (values, indices) if return_indices else values


def avg_pool1d(
    input: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:  # fmt: skip
    """The mean of each window of (N, C, L) or (C, L)."""
    (k,), (p,) = repeated(kernel_size, 1), repeated(padding, 1)
    (s,) = (k,) if stride is None or stride == () else repeated(stride, 1)
    rows = OPS["avg_pool2d"](
        view.unsqueeze(input, dim=-2), kernel_size=(1, k), stride=(1, s), padding=(0, p), ceil_mode=ceil_mode,
        count_include_pad=count_include_pad,
    )  # fmt: skip
    return view.squeeze_dim(rows, dim=-2)


def _average(
    dims: int, input: Any, kernel: Any, stride: Any, padding: Any, ceil: bool, count: bool, divisor: int | None
) -> Tensor:
    steps = () if stride is None or stride == () else repeated(stride, dims)
    if divisor == 0:
        raise RuntimeError("divisor must be not zero")
    return OPS[f"avg_pool{dims}d"](
        input, kernel_size=repeated(kernel, dims), stride=steps, padding=repeated(padding, dims), ceil_mode=ceil,
        count_include_pad=count, divisor_override=divisor,
    )  # fmt: skip


def avg_pool2d(
    input: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False,
    count_include_pad: bool = True, divisor_override: int | None = None,
) -> Tensor:  # fmt: skip
    """The mean of each window of (N, C, H, W) or (C, H, W)."""
    return _average(2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def avg_pool3d(
    input: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False,
    count_include_pad: bool = True, divisor_override: int | None = None,
) -> Tensor:  # fmt: skip
    """The mean of each window of (N, C, D, H, W)."""
    return _average(3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def _sizes(input: Any, output_size: Any, dims: int) -> tuple[int, ...]:
    wanted = (output_size,) * dims if output_size is None or isinstance(output_size, int) else tuple(output_size)
    own = input.shape[-dims:]
    return tuple(n if out is None else int(out) for n, out in zip(own, wanted, strict=True))


def adaptive_avg_pool1d(input: Any, output_size: Any) -> Tensor:
    """Means over as many windows as are wanted."""
    (out,) = _sizes(input, output_size, 1)
    rows = ops.adaptive_avg_pool2d(view.unsqueeze(input, dim=-2), output_size=(1, out))
    return view.squeeze_dim(rows, dim=-2)


def adaptive_avg_pool2d(input: Any, output_size: Any) -> Tensor:
    """Means over as many windows as are wanted; over everything for 1."""
    out = _sizes(input, output_size, 2)
    if out == (1, 1):
        return input.mean((-1, -2), keepdim=True)  # type: ignore[no-any-return]
    return ops.adaptive_avg_pool2d(input, output_size=out)


def adaptive_max_pool1d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """Maxima over as many windows as are wanted."""
    (out,) = _sizes(input, output_size, 1)
    values, indices = ops.adaptive_max_pool2d.several(view.unsqueeze(input, dim=-2), output_size=(1, out))
    result = view.squeeze_dim(values, dim=-2)
    return (result, view.squeeze_dim(indices, dim=-2)) if return_indices else result


def adaptive_max_pool2d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """Maxima over as many windows as are wanted."""
    values, indices = ops.adaptive_max_pool2d.several(input, output_size=_sizes(input, output_size, 2))
    return (values, indices) if return_indices else values


# -- resizing ---------------------------------------------------------------------------------------------------------

_RESIZES = {
    ("nearest", 1): "nearest1d", ("nearest", 2): "nearest2d", ("nearest-exact", 1): "nearestexact1d",
    ("nearest-exact", 2): "nearestexact2d", ("linear", 1): "linear1d", ("bilinear", 2): "bilinear2d",
    ("bicubic", 2): "bicubic2d",
}  # fmt: skip
_KINDS = {"bilinear": "linear", "bicubic": "cubic"}


def interpolate(
    input: Any, size: Any = None, scale_factor: Any = None, mode: str = "nearest", align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None, antialias: bool = False,
) -> Tensor:  # fmt: skip
    """Resized to ``size``, or by ``scale_factor``."""
    if mode.startswith("nearest") and align_corners is not None:
        raise ValueError(
            "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear"
        )
    dims = input.ndim - 2
    if size is not None and scale_factor is not None:
        raise ValueError("only one of size or scale_factor should be defined")
    if size is None and scale_factor is None:
        raise ValueError("either size or scale_factor should be defined")
    if antialias or (mode, dims) not in _RESIZES:
        raise NotImplementedError(
            f"Gradwalk's interpolate does not support mode={mode!r} for {input.ndim}-d input; it has nearest, "
            "nearest-exact, linear, bilinear and bicubic for sequences and images."
        )
    scales: tuple[float | None, ...] = (None,) * dims
    if size is not None:
        out = repeated(size, dims)
    else:
        factors = (float(scale_factor),) * dims if isinstance(scale_factor, int | float) else tuple(scale_factor)
        out = tuple(math.floor(float(n * f)) for n, f in zip(input.shape[2:], factors, strict=True))
        scales = (None,) * dims if recompute_scale_factor else tuple(map(float, factors))
    return OPS["upsample_" + _RESIZES[mode, dims]](
        input, output_size=out, mode=_KINDS.get(mode, mode), align_corners=bool(align_corners), scales=scales
    )


def upsample(
    input: Any, size: Any = None, scale_factor: Any = None, mode: str = "nearest", align_corners: bool | None = None
) -> Tensor:
    """:func:`interpolate` under its old name."""
    warnings.warn("`nn.functional.upsample` is deprecated. Use `nn.functional.interpolate` instead.", stacklevel=2)
    return interpolate(input, size, scale_factor, mode, align_corners)
