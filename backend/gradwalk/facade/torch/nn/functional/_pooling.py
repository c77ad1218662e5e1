"""Maxima over windows, and back from them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from gradwalk.engine.errors import bracketed
from gradwalk.engine.op import OPS
from gradwalk.engine.ops import view
from gradwalk.engine.ops._words import label
from gradwalk.engine.surface.registry import FUNCTIONS, must_be_tensor
from gradwalk.engine.tensor import Tensor
from gradwalk.engine.written import written

from ._averaging import no_empty_images, not_empty, wanted_sizes
from ._windows import need_rank, need_sizes, repeated


def _max(dims: int, input: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil: bool) -> Any:
    x = must_be_tensor(f"max_pool{dims}d", "input", 1, input)
    steps = () if stride is None or stride in ((), []) else repeated(stride, dims)
    around, sizes, apart = repeated(padding, dims), repeated(kernel, dims), repeated(dilation, dims)
    need_sizes(f"max_pool{dims}d", dims, kernel_size=sizes, stride=steps, padding=around, dilation=apart)
    if x.ndim in (dims + 1, dims + 2) and all(0 <= p <= k // 2 for k, p in zip(sizes, around, strict=True)):
        no_empty_images(x, dims, "max_pool3d_with_indices_out_cpu_template()")
    return OPS[f"max_pool{dims}d_with_indices"].several(
        x, kernel_size=sizes, stride=steps, padding=around, dilation=apart, ceil_mode=ceil,
    )  # fmt: skip


def _check_line(x: Tensor, kernel: int, stride: int, padding: int, dilation: int, ceil: bool) -> None:
    """Raises RuntimeError in the words of PyTorch's kernel for sequences."""
    from gradwalk.engine.functions.separable import pooled_size

    if x.ndim not in (2, 3) or 0 in x.shape[-2:]:
        raise RuntimeError(
            "max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:"
            f"{bracketed(x.shape)}"
        )
    for name, value in (("kernel_size", kernel), ("stride", stride)):
        if value <= 0:
            raise RuntimeError(f"max_pool1d() {name} must be greater than zero, but got {value}")
    if padding < 0:
        raise RuntimeError(f"max_pool1d() padding must be non-negative, but got {padding}")
    if padding > kernel // 2:
        raise RuntimeError(
            f"max_pool1d() padding should be at most half of kernel size, but got padding={padding} and "
            f"kernel_size={kernel}"
        )
    if dilation <= 0:
        raise RuntimeError(f"max_pool1d() dilation must be greater than zero, but got {dilation}")
    out = pooled_size(x.shape[-1], kernel, stride, padding, dilation, ceil)
    if out <= 0:
        raise RuntimeError(f"max_pool1d() Invalid computed output size: {out}")


def _check_lengths(**given: tuple[int, ...]) -> None:
    for name, sizes in given.items():
        if len(sizes) != 1:
            also = "None, " if name == "stride" else ""
            comma = "," if name in ("stride", "padding") else ""
            raise RuntimeError(
                f"max_pool1d() {name} must be {also}an int, list of ints{comma} or tuple of ints of size 1 but got "
                f"size {len(sizes)}"
            )


def max_pool1d(
    input: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1, ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:  # fmt: skip
    """The greatest of each window of (N, C, L) or (C, L)."""
    x = must_be_tensor("max_pool1d", "input", 1, input)
    sizes, around, apart = (repeated(each, 1) for each in (kernel_size, padding, dilation))
    steps = sizes if stride is None or stride in ((), []) else repeated(stride, 1)
    if not return_indices:
        _check_lengths(kernel_size=sizes, stride=steps, padding=around, dilation=apart)
    need_sizes("max_pool1d", 1, kernel_size=sizes, stride=steps, padding=around, dilation=apart)
    (k,), (s,), (p,), (d,) = sizes, steps, around, apart
    if return_indices:
        need_rank("max_pool1d", x, 1)
    else:
        _check_line(x, k, s, p, d, ceil_mode)
        if not x.dtype.is_floating_point:
            raise NotImplementedError(f"\"max_pool1d_impl\" not implemented for '{label(x._array.dtype)}'")
    values, indices = _max(2, view.unsqueeze(x, dim=-2), (1, k), (1, s), (0, p), (1, d), ceil_mode)
    result = view.squeeze_dim(values, dim=-2)
    if return_indices:
        return result, view.squeeze_dim(indices, dim=-2)
    if result.requires_grad:
        return result
    if not result._array.flags.c_contiguous:
        result = OPS["clone.contiguous"](result)
    result._base = None  # PyTorch takes another kernel then, whose result is no view
    return written(result) if x.ndim == 2 else result  # which is squeezed in place, and that counts as a write


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


# -- as many windows as are wanted ------------------------------------------------------------------------------------


def _adaptive(dims: int, input: Any, output_size: Any) -> Any:
    name = f"adaptive_max_pool{dims}d"
    x = must_be_tensor(name, "input", 1, input)
    out = wanted_sizes(x, output_size, dims)
    if x.ndim in (dims + 1, dims + 2):
        if len(out) != dims:
            raise RuntimeError(f"{name}(): internal error: output_size.size() must be {dims}")
        not_empty(name, x, 1)
        if any(n < 0 for n in out):
            whole = (*x.shape[:-dims], *out)
            wrong = next(n for n in out if n < 0)
            raise RuntimeError(f"Trying to create tensor with negative dimension {wrong}: {bracketed(whole)}")
    return OPS[name].several(x, output_size=out)


def adaptive_max_pool1d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """Maxima over as many windows as are wanted."""
    x = must_be_tensor("adaptive_max_pool1d", "input", 1, input)
    need_rank("adaptive_max_pool1d", x, 1)
    if not isinstance(output_size, int) and len(output_size) != 1:
        raise RuntimeError(
            f"adaptive_max_pool1d() argument 'output_size' should contain one int (got {len(output_size)})"
        )
    (out,) = wanted_sizes(x, output_size, 1)
    not_empty("adaptive_max_pool1d", x, 1)
    values, indices = _adaptive(2, view.unsqueeze(x, dim=-2), (1, out))
    result = view.squeeze_dim(values, dim=-2)
    return (result, view.squeeze_dim(indices, dim=-2)) if return_indices else result


def adaptive_max_pool2d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """Maxima over as many windows as are wanted."""
    input.size()  # as PyTorch does first
    values, indices = _adaptive(2, input, output_size)
    return (values, indices) if return_indices else values


def adaptive_max_pool3d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """:func:`adaptive_max_pool2d` of volumes."""
    input.size()
    values, indices = _adaptive(3, input, output_size)
    return (values, indices) if return_indices else values


# -- windows at random ------------------------------------------------------------------------------------------------


def _fractional(dims: int, input: Any, kernel_size: Any, output_size: Any, output_ratio: Any, samples: Any) -> Any:
    name = f"fractional_max_pool{dims}d"
    x = must_be_tensor(name, "input", 1, input)
    if output_size is None and output_ratio is None:
        raise ValueError(f"{name} requires specifying either an output_size or an output_ratio")
    if output_size is None:
        if len(output_ratio) != dims:
            raise ValueError(f"{name} requires output_ratio to either be a single Int or tuple of Ints.")
        output_size = [int(n * ratio) for n, ratio in zip(x.shape[-dims:], output_ratio, strict=True)]
    for named, given in (("kernel_size", kernel_size), ("output_size", output_size)):
        if not isinstance(given, int) and len(given) != dims:
            raise RuntimeError(
                f"{name}: {named} must either be a single Int or tuple of {'Ints' if dims == 2 else 'three Ints'}"
            )
    if samples is None:
        planes = (1, x.shape[-dims - 1]) if x.ndim == dims + 1 else x.shape[:2]
        samples = FUNCTIONS["rand"](*planes, dims, dtype=x.dtype)
    return OPS[name].several(
        x, samples, kernel_size=repeated(kernel_size, dims), output_size=repeated(output_size, dims)
    )


def fractional_max_pool2d(
    input: Any, kernel_size: Any, output_size: Any = None, output_ratio: Any = None, return_indices: bool = False,
    _random_samples: Any = None,
) -> Any:  # fmt: skip
    """The greatest of each window of an image, the windows beginning at random."""
    values, indices = _fractional(2, input, kernel_size, output_size, output_ratio, _random_samples)
    return (values, indices) if return_indices else values


def fractional_max_pool3d(
    input: Any, kernel_size: Any, output_size: Any = None, output_ratio: Any = None, return_indices: bool = False,
    _random_samples: Any = None,
) -> Any:  # fmt: skip
    """The greatest of each window of a volume, the windows beginning at random."""
    values, indices = _fractional(3, input, kernel_size, output_size, output_ratio, _random_samples)
    return (values, indices) if return_indices else values


# -- back -------------------------------------------------------------------------------------------------------------


def _unpooled_size(x: Any, kernel: Any, stride: Any, padding: Any, output_size: Any, dims: int) -> tuple[int, ...]:
    sizes = _asked_size(x, kernel, stride, padding, output_size, dims)
    for dim, size in enumerate(sizes):
        if size < 0:
            raise ValueError(
                "max_unpooling: output_size must contain non-negative spatial dimensions, but got "
                f"output_size[{dim}]={size}"
            )
    return sizes


def _asked_size(x: Any, kernel: Any, stride: Any, padding: Any, output_size: Any, dims: int) -> tuple[int, ...]:
    default = [(n - 1) * s + k - 2 * p for n, k, s, p in zip(x.shape[-dims:], kernel, stride, padding, strict=True)]
    if output_size is None:
        return tuple(default)
    given = tuple(output_size)
    if len(given) == dims + 2:
        given = given[2:]
    if len(given) != dims:
        raise ValueError(
            f"output_size should be a sequence containing {dims} or {dims + 2} elements, but it has a length of "
            f"'{len(given)}'"
        )
    for dim, (n, usual, s) in enumerate(zip(given, default, stride, strict=True)):
        if not usual - s < n < usual + s:
            text = str(output_size)
            raise ValueError(f'invalid output_size "{text}" (dim {dim} must be between {usual - s} and {usual + s})')
    return given


def _unpooled(
    dims: int, input: Any, indices: Any, kernel_size: Any, stride: Any, padding: Any, output_size: Any
) -> Any:
    kernel = repeated(kernel_size, dims)
    steps = kernel if stride is None else repeated(stride, dims)
    given = dims if isinstance(kernel_size, int) else len(kernel_size)
    if dims > 1 and given < dims:
        counted, axes = ("two", "height, width") if dims == 2 else ("three", "depth, height, width")
        raise RuntimeError(
            f"There should be exactly {counted} elements ({axes}) in output_size, but got {given} elements."
        )
    out = _unpooled_size(input, kernel, steps, repeated(padding, dims), output_size, dims)
    if dims == 3 and min(steps) <= 0:
        raise RuntimeError(f"strides should be greater than zero, but got stride: {list(steps)}")
    if dims > 1:
        return OPS[f"max_unpool{dims}d"](input, indices, output_size=out)
    whole = OPS["max_unpool2d"](view.unsqueeze(input, dim=-1), view.unsqueeze(indices, dim=-1), output_size=(*out, 1))
    return view.squeeze_dim(whole, dim=-1)


def max_unpool1d(
    input: Any, indices: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
) -> Tensor:
    """The sequence that maxima came from, zeros where nothing is known."""
    return _unpooled(1, input, indices, kernel_size, stride, padding, output_size)  # type: ignore[no-any-return]


def max_unpool2d(
    input: Any, indices: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
) -> Tensor:
    """The image that maxima came from, zeros where nothing is known."""
    return _unpooled(2, input, indices, kernel_size, stride, padding, output_size)  # type: ignore[no-any-return]


def max_unpool3d(
    input: Any, indices: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
) -> Tensor:
    """The volume that maxima came from, zeros where nothing is known."""
    return _unpooled(3, input, indices, kernel_size, stride, padding, output_size)  # type: ignore[no-any-return]


# -- values with places -----------------------------------------------------------------------------------------------


def _with_indices(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function that gives the places too, under the name that PyTorch has for it."""
    names = list(inspect.signature(function).parameters)

    def both(*args: Any, **kwargs: Any) -> Any:
        given = dict(zip(names, args, strict=False)) | kwargs | {"return_indices": True}
        return function(**given)

    both.__name__ = both.__qualname__ = f"{function.__name__}_with_indices"
    both.__doc__ = f":func:`{function.__name__}`, and where each was."
    return both


for _function in (
    adaptive_max_pool1d, adaptive_max_pool2d, adaptive_max_pool3d, fractional_max_pool2d, fractional_max_pool3d,
    max_pool1d, max_pool2d, max_pool3d,
):  # fmt: skip
    _function.__qualname__ = f"_{_function.__name__}"
"""PyTorch chooses between two functions by ``return_indices``, and refuses arguments under the names of these."""

adaptive_max_pool1d_with_indices = _with_indices(adaptive_max_pool1d)
adaptive_max_pool2d_with_indices = _with_indices(adaptive_max_pool2d)
adaptive_max_pool3d_with_indices = _with_indices(adaptive_max_pool3d)
fractional_max_pool2d_with_indices = _with_indices(fractional_max_pool2d)
fractional_max_pool3d_with_indices = _with_indices(fractional_max_pool3d)
max_pool1d_with_indices = _with_indices(max_pool1d)
max_pool2d_with_indices = _with_indices(max_pool2d)
max_pool3d_with_indices = _with_indices(max_pool3d)
