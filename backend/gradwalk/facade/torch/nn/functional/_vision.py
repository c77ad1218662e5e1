"""Images taken apart and put together: blocks, shuffled channels, grids of places to look at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from gradwalk.engine.apply import check_kernel
from gradwalk.engine.errors import bracketed
from gradwalk.engine.functions.sliding import block_counts
from gradwalk.engine.op import OPS
from gradwalk.engine.ops import nn_vision as ops
from gradwalk.engine.surface.registry import must_be_bool, must_be_tensor
from gradwalk.engine.tensor import Tensor
from gradwalk.engine.warn import warn

from ._windows import repeated


def _pair(n: Sequence[int]) -> str:
    return f"({n[0]}, {n[1]})"


def _two(name: str, value: Any) -> tuple[int, ...]:
    if isinstance(value, tuple | list) and len(value) != 2:
        raise RuntimeError(f"It is expected {name} equals to 2, but got size {len(value)}")
    return repeated(value, 2)


def _blocks(**given: Any) -> dict[str, tuple[int, ...]]:
    found = {name: _two(name, value) for name, value in given.items()}
    for name, words in (("kernel_size", "kernel size"), ("dilation", "dilation"), ("stride", "stride")):
        height, width = found[name]
        if height <= 0 or width <= 0:
            short = words.split()[0]
            raise RuntimeError(
                f"{words} should be greater than zero, but got {short}_height: {height} {short}_width: {width}"
            )
    if min(found["padding"]) < 0:
        height, width = found["padding"]
        raise RuntimeError(f"padding should be non-negative, but got pad_height: {height} pad_width: {width}")
    return found


def unfold(input: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Tensor:
    """The blocks of each image side by side: (N, C, H, W) to (N, C * kh * kw, blocks)."""
    x = must_be_tensor("im2col", "input", 1, input)
    given = _blocks(kernel_size=kernel_size, dilation=dilation, padding=padding, stride=stride)
    if x.ndim < 3:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-x.ndim}, {x.ndim - 1}], but got {x.ndim})"
        )
    if x.ndim > 4 or 0 in x.shape[-3:]:
        raise RuntimeError(
            "Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, "
            f"but got: {bracketed(x.shape)}"
        )
    counts = block_counts(x.shape[-2:], **_named(given))
    if min(counts) < 1:
        raise RuntimeError(
            f"Given input with spatial size {_pair(x.shape[-2:])}, kernel_size={_pair(given['kernel_size'])}, "
            f"dilation={_pair(given['dilation'])}, padding={_pair(given['padding'])}, calculated shape of the array of "
            f"sliding blocks as {_pair(counts)}, but its components must be at least one."
        )
    return ops.im2col_op(x, **given)


def _named(given: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    return {"kernel" if name == "kernel_size" else name: value for name, value in given.items()}


def fold(
    input: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Tensor:
    """Images of which :func:`unfold` would give the blocks, overlaps added."""
    x = must_be_tensor("fold", "input", 1, input)
    out = _two("output_size", output_size)
    given = _blocks(kernel_size=kernel_size, dilation=dilation, padding=padding, stride=stride)
    if x.ndim not in (2, 3) or 0 in x.shape[-2:]:
        raise RuntimeError(
            "Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for "
            f"input, but got: {bracketed(x.shape)}"
        )
    if x.shape[-2] % math.prod(given["kernel_size"]):
        raise RuntimeError(
            "Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got "
            f"input.size(1)={x.shape[-2]} and kernel_size={_pair(given['kernel_size'])}."
        )
    down, across = block_counts(out, **_named(given))
    told = ", ".join(f"{name}={_pair(value)}" for name, value in given.items())
    if down * across != x.shape[-1]:
        raise RuntimeError(
            f"Given output_size={_pair(out)}, {told}, expected size of input's dimension 2 to match the calculated "
            f"number of sliding blocks {down} * {across} = {down * across}, but got input.size(2)={x.shape[-1]}."
        )
    if min(down, across) < 1:
        raise RuntimeError(
            f"Given output_size={_pair(out)}, {told}, calculated shape of the array of sliding blocks as "
            f"{_pair((down, across))}, which is too small (non-positive)"
        )
    return ops.col2im_op(x, output_size=out, **given)


# -- shuffled channels ------------------------------------------------------------------------------------------------


def _shuffled(name: str, argument: str, input: Any, factor: int) -> Tensor:
    x = must_be_tensor(name, "input", 1, input)
    if x.ndim < 3:
        raise RuntimeError(
            f"{name} expects input to have at least 3 dimensions, but got input with {x.ndim} dimension(s)"
        )
    if factor <= 0:
        raise RuntimeError(f"{name} expects a positive {argument}, but got {factor}")
    return x


def pixel_shuffle(input: Any, upscale_factor: int) -> Tensor:
    """(..., C * r * r, H, W) to (..., C, H * r, W * r)."""
    x = _shuffled("pixel_shuffle", "upscale_factor", input, upscale_factor)
    if upscale_factor**2 >= 2**63:
        raise ValueError(
            f"upscale factor is too large, (upscale_factor)^2 overflowed: upscale_factor={upscale_factor}"
        )
    if x.shape[-3] % upscale_factor**2:
        raise RuntimeError(
            "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, "
            f"but input.size(-3)={x.shape[-3]} is not divisible by {upscale_factor**2}"
        )
    return ops.pixel_shuffle(x, upscale_factor=upscale_factor)


def pixel_unshuffle(input: Any, downscale_factor: int) -> Tensor:
    """(..., C, H * r, W * r) to (..., C * r * r, H, W)."""
    x = _shuffled("pixel_unshuffle", "downscale_factor", input, downscale_factor)
    for name, dim in (("height", -2), ("width", -1)):
        if x.shape[dim] % downscale_factor:
            raise RuntimeError(
                f"pixel_unshuffle expects {name} to be divisible by downscale_factor, but input.size({dim})="
                f"{x.shape[dim]} is not divisible by {downscale_factor}"
            )
    return ops.pixel_unshuffle(x, downscale_factor=downscale_factor)


def channel_shuffle(input: Any, groups: int) -> Tensor:
    """Channels dealt out: the first of every group, then the second, and so on."""
    x = must_be_tensor("channel_shuffle", "input", 1, input)
    if x.ndim <= 2:
        raise RuntimeError(
            f"channel_shuffle expects input with > 2 dims, but got input with sizes {bracketed(x.shape)}"
        )
    if groups <= 0:
        raise RuntimeError(f"Number of groups to divide channels in must be positive. Value of groups:{groups}")
    if x.shape[1] % groups:
        raise RuntimeError(
            f"Number of channels must be divisible by groups. Got {x.shape[1]} channels and {groups} groups."
        )
    return ops.channel_shuffle(x, groups=groups)


def native_channel_shuffle(input: Any, groups: int) -> Tensor:
    """:func:`channel_shuffle` of the CPU's own kernel, which PyTorch cannot differentiate."""
    return ops.native_channel_shuffle(must_be_tensor("native_channel_shuffle", "input", 1, input), groups=groups)


# -- grids ------------------------------------------------------------------------------------------------------------

_MODES = ("bilinear", "nearest", "bicubic")
_PADDINGS = ("zeros", "border", "reflection")


def grid_sample(
    input: Any, grid: Any, mode: str = "bilinear", padding_mode: str = "zeros", align_corners: bool | None = None
) -> Tensor:
    """The image (N, C, H, W) at the places of ``grid`` (N, h, w, 2), which are between -1 and 1 inside."""
    if mode not in _MODES:
        raise ValueError(
            f"nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '{mode}'"
        )
    if padding_mode not in _PADDINGS:
        raise ValueError(
            "nn.functional.grid_sample(): expected padding_mode to be 'zeros', 'border', or 'reflection', but got: "
            f"'{padding_mode}'"
        )
    if align_corners is None:
        warn(
            "Default grid_sample and affine_grid behavior has changed to align_corners=False since 1.3.0. Please "
            "specify align_corners=True if the old behavior is desired. See the documentation of grid_sample for "
            "details.",
        )
        align_corners = False
    must_be_bool("grid_sampler", "align_corners", align_corners, 5)
    x, places = must_be_tensor("grid_sampler", "input", 1, input), must_be_tensor("grid_sampler", "grid", 2, grid)
    _check_grid(x, places, mode)
    return OPS[f"grid_sampler_{x.ndim - 2}d"](
        x, places, interpolation_mode=_MODES.index(mode), padding_mode=_PADDINGS.index(padding_mode),
        align_corners=align_corners,
    )  # fmt: skip


def _check_grid(x: Tensor, grid: Tensor, mode: str) -> None:
    sizes, of_grid = bracketed(x.shape), bracketed(grid.shape)
    if x.shape[0] != grid.shape[0]:
        raise RuntimeError(
            "grid_sampler(): expected grid and input to have same batch size, but got input with sizes "
            f"{sizes} and grid with sizes {of_grid}"
        )
    if grid.shape[-1] != x.ndim - 2:
        raise RuntimeError(
            f"grid_sampler(): expected grid to have size {x.ndim - 2} in last dimension, but got grid with sizes "
            f"{of_grid}"
        )
    if x.ndim not in (4, 5) or x.ndim != grid.ndim:
        raise RuntimeError(
            "grid_sampler(): expected 4D or 5D input and grid with same number of dimensions, but got input with sizes "
            f"{sizes} and grid with sizes {of_grid}"
        )
    for dim in range(2, x.ndim):
        if x.shape[dim] <= 0:
            raise RuntimeError(
                "grid_sampler(): expected input to have non-empty spatial dimensions, but input has sizes "
                f"{sizes} with dimension {dim} being empty"
            )
    if mode == "bicubic" and x.ndim == 5:
        raise RuntimeError("grid_sampler(): bicubic interpolation only supports 4D input")
    check_kernel(OPS[f"grid_sampler_{x.ndim - 2}d"].kernel or "", x._array)
    if x.dtype is not grid.dtype:
        names = [each.dtype.legacy_name.removesuffix("Tensor") for each in (x, grid)]
        raise RuntimeError(f"expected scalar type {names[0]} but found {names[1]}")


def affine_grid(theta: Any, size: Sequence[int], align_corners: bool | None = None) -> Tensor:
    """The grid that looks at an image of ``size`` through the affine maps ``theta`` (N, 2, 3)."""
    if align_corners is None:
        warn(
            "Default grid_sample and affine_grid behavior has changed to align_corners=False since 1.3.0. Please "
            "specify align_corners=True if the old behavior is desired. See the documentation of grid_sample for "
            "details.",
        )
        align_corners = False
    if not theta.dtype.is_floating_point:
        raise ValueError(f"Expected theta to have floating point type, but got {theta.dtype}")
    if len(size) not in (4, 5):
        raise NotImplementedError(
            "affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, respectively. Got size "
            f"{size}."
        )
    dims = len(size) - 2
    if theta.ndim != 3 or tuple(theta.shape[-2:]) != (dims, dims + 1):
        raise ValueError(
            f"Expected a batch of {dims}D affine matrices of shape Nx{dims}x{dims + 1} for size {size}. Got "
            f"{theta.shape}."
        )
    if align_corners and min(size[-dims:]) == 1:
        warn(
            "Since version 1.3.0, affine_grid behavior has changed for unit-size grids when align_corners=True. This "
            "is not an intended use case of affine_grid. See the documentation of affine_grid for details.",
        )
    elif min(size) <= 0:
        raise ValueError(f"Expected non-zero, positive output size. Got {size}")
    if theta.shape[0] != size[0]:
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{size[0]}, {dims + 1}] but got: "
            f"[{theta.shape[0]}, {dims + 1}]."
        )
    return ops.affine_grid(theta, size=tuple(size), align_corners=align_corners)
