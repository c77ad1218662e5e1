"""Means over windows of a given size, or over as many windows as are wanted."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.apply import check_kernel
from gradwalk.engine.dtypes import int64
from gradwalk.engine.errors import bracketed
from gradwalk.engine.layouts import channels_innermost
from gradwalk.engine.op import OPS
from gradwalk.engine.ops import view
from gradwalk.engine.surface.registry import METHODS, must_be_tensor
from gradwalk.engine.tensor import Tensor

from ._windows import need_rank, need_sizes, repeated, window_count

_KERNELS = {2: "avg_pool2d", 3: "avg_pool3d_out_frame"}


def _average(
    dims: int, input: Any, kernel: Any, stride: Any, padding: Any, ceil: bool, count: bool, divisor: int | None
) -> Tensor:
    name = f"avg_pool{dims}d"
    x = must_be_tensor(name, "input", 1, input)
    steps = () if stride is None or stride in ((), []) else repeated(stride, dims)
    sizes, around = repeated(kernel, dims), repeated(padding, dims)
    need_sizes(name, dims, kernel_size=sizes, stride=steps, padding=around)
    if divisor == 0:
        raise RuntimeError("divisor must be not zero")
    if x.ndim in (dims + 1, dims + 2) and all(0 <= p <= k // 2 for k, p in zip(sizes, around, strict=True)):
        no_empty_images(x, dims, "avg_pool3d()")
    window_count(name, x, dims, sizes, steps or sizes, around, (1,) * dims, ceil)
    if x.dtype is not int64:
        check_kernel(_KERNELS[dims], x._array)
    return OPS[name](
        x, kernel_size=sizes, stride=steps, padding=around, ceil_mode=ceil, count_include_pad=count,
        divisor_override=divisor,
    )  # fmt: skip


def avg_pool1d(
    input: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:  # fmt: skip
    """The mean of each window of (N, C, L) or (C, L)."""
    x = must_be_tensor("avg_pool1d", "input", 1, input)
    need_rank("avg_pool1d", x, 1)
    sizes, around = repeated(kernel_size, 1), repeated(padding, 1)
    steps = sizes if stride is None or stride in ((), []) else repeated(stride, 1)
    need_sizes("avg_pool1d", 1, kernel_size=sizes, stride=steps, padding=around)
    (k,), (p,), (s,) = sizes, around, steps
    rows = _average(2, view.unsqueeze(x, dim=-2), (1, k), (1, s), (0, p), ceil_mode, count_include_pad, None)
    return view.squeeze_dim(rows, dim=-2)


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


# -- as many windows as are wanted ------------------------------------------------------------------------------------


def wanted_sizes(input: Any, output_size: Any, dims: int) -> tuple[int, ...]:
    """The output's sizes, the input's own for None. Raises ValueError for an input of fewer dimensions."""
    if isinstance(output_size, int):
        return (output_size,) * dims
    if output_size is not None and not len(output_size):
        return ()
    given = tuple(output_size) if output_size is not None else (None,) * dims
    if input.ndim <= len(given):
        raise ValueError(f"Input dimension should be at least {len(given) + 1}")
    own = input.shape[-len(given) :]
    return tuple(n if out is None else int(out) for n, out in zip(own, given, strict=True))


def _adaptive(dims: int, input: Any, output_size: Any) -> Tensor:
    name = f"adaptive_avg_pool{dims}d"
    x = must_be_tensor(name, "input", 1, input)
    out = wanted_sizes(x, output_size, dims)
    if len(out) != dims:
        raise RuntimeError(f"{name}: output_size must be {dims}")
    if any(n < 0 for n in out):
        listed = ", ".join(map(str, out[:2])) + "".join(f",{n}" for n in out[2:])
        raise RuntimeError(
            f"{name}: elements of output_size must be greater than or equal to 0 but received {{{listed}}}"
        )
    if set(out) == {1}:
        axes = (-1, -2, -3)[:dims]
        mean: Tensor = x.mean(axes, keepdim=True)
        if dims == 2 and channels_innermost(x._array):
            count, channels = x.shape[:2]
            METHODS["as_strided_"](mean, (count, channels, 1, 1), (channels, 1, channels, channels))
        return mean
    if x.ndim not in (dims + 1, dims + 2):
        raise RuntimeError(f"{name}(): Expected {dims + 1}D or {dims + 2}D tensor, but got {bracketed(x.shape)}")
    not_empty(name, x, x.ndim - 2 if dims == 2 else 1)
    check_kernel(name if dims == 2 else f"{name}_cpu", x._array)
    return OPS[name](x, output_size=out)


def no_empty_images(x: Any, dims: int, function_of_volumes: str) -> None:
    """Raises RuntimeError for images and volumes without elements; a batch may be of none."""
    if 0 not in x.shape[-dims - 1 :]:
        return
    if dims == 2:
        raise RuntimeError(
            "Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but "
            f"got:{bracketed(x.shape)}"
        )
    raise RuntimeError(  # the last number is of elements, which PyTorch says of dimensions
        f"{function_of_volumes}: Expected input's non-batch dimensions to have positive length, but input has a shape "
        f"of {bracketed(x.shape)} and non-batch dimension 0 has length zero!"
    )


def not_empty(name: str, x: Any, first: int) -> None:
    """Raises RuntimeError if one of the dimensions from the first on is empty."""
    for dim in range(first, x.ndim):
        if x.shape[dim] == 0:
            raise RuntimeError(
                f"{name}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes "
                f"{bracketed(x.shape)} with dimension {dim} being empty"
            )


def adaptive_avg_pool1d(input: Any, output_size: Any) -> Tensor:
    """Means over as many windows as are wanted."""
    x = must_be_tensor("adaptive_avg_pool1d", "input", 1, input)
    need_rank("adaptive_avg_pool1d", x, 1)
    given = (output_size,) if isinstance(output_size, int) else tuple(output_size)
    if len(given) != 1:
        raise RuntimeError(f"adaptive_avg_pool1d() argument 'output_size' should contain one int (got {len(given)})")
    rows = _adaptive(2, view.unsqueeze(x, dim=-2), (1, *given))
    return view.squeeze_dim(rows, dim=-2)


def adaptive_avg_pool2d(input: Any, output_size: Any) -> Tensor:
    """Means over as many windows as are wanted; over everything for 1."""
    input.size()  # as PyTorch does first
    return _adaptive(2, input, output_size)


def adaptive_avg_pool3d(input: Any, output_size: Any) -> Tensor:
    """:func:`adaptive_avg_pool2d` of volumes."""
    input.size()
    return _adaptive(3, input, output_size)
