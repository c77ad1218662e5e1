"""The forward of convolutions, on arrays, with PyTorch's checks and words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..apply import check_kernel
from ..dtypes import Array
from ..errors import bracketed, tensor_type
from ..functions.convolution_kernels import is_large, kernels_of
from ..functions.convolutions import channels_stay_innermost
from ..layouts import channels_within
from ..memory_format import canonical
from ._words import label


def _check(
    x: Array, weight: Array, stride: Sequence[int], padding: Sequence[int], dilation: Sequence[int], transposed: bool,
    output_padding: Sequence[int], groups: int,
) -> None:  # fmt: skip
    if groups <= 0:
        raise RuntimeError("non-positive groups is not supported")
    for name, numbers in (("padding", padding), ("output_padding", output_padding)):
        if any(n < 0 for n in numbers):
            raise RuntimeError(f"negative {name} is not supported")
    if any(n <= 0 for n in stride):
        raise RuntimeError("non-positive stride is not supported")
    if any(n <= 0 for n in dilation):
        raise RuntimeError(f"dilation should be greater than zero{_dilations(dilation, transposed)}")
    if weight.ndim != x.ndim:
        raise RuntimeError(
            f"Expected {weight.ndim}-dimensional input for {weight.ndim}-dimensional weight "
            f"{bracketed(weight.shape)}, but got {x.ndim}-dimensional input of size {bracketed(x.shape)} instead"
        )
    for holds, words in ((weight.shape[0] >= groups, "at least"), (weight.shape[0] % groups == 0, "divisible by")):
        if not holds:
            size = bracketed(weight.shape) if words == "at least" else f"[{bracketed(weight.shape)}]"
            raise RuntimeError(
                f"Given groups={groups}, expected weight to be {words} {groups} at dimension 0, but got weight of size "
                f"{size} instead"
            )
    wanted = weight.shape[0] if transposed else weight.shape[1] * groups
    if x.shape[1] != wanted:
        kind = "transposed=1" if transposed else f"groups={groups}"
        raise RuntimeError(
            f"Given {kind}, weight of size {bracketed(weight.shape)}, expected input{bracketed(x.shape)} to have "
            f"{wanted} channels, but got {x.shape[1]} channels instead"
        )


def _dilations(dilation: Sequence[int], transposed: bool) -> str:
    """What is said of dilations of zero; of a line's as of a plane's. Of negative ones nothing is."""
    if any(n < 0 for n in dilation):
        return ""
    numbers = (1, *dilation) if len(dilation) == 1 else tuple(dilation)
    if not transposed:
        return f", but got {bracketed(numbers)}"
    names = ("dilation_depth", "dilation_height", "dilation_width")[-len(numbers) :]
    return ", but got " + ", ".join(f"{name}: {n}" for name, n in zip(names, numbers, strict=True))


def _check_bias(weight: Array, bias: Array | None, transposed: bool, groups: int) -> None:
    channels = weight.shape[1] * groups if transposed else weight.shape[0]
    if bias is not None and bias.shape != (channels,):
        raise RuntimeError(
            f"Given {'transposed=1, ' if transposed else ''}weight of size {bracketed(weight.shape)}, expected bias to "
            f"be 1-dimensional with {channels} elements, but got bias of size {bracketed(bias.shape)} instead"
        )


def _kernel(
    x: Array, weight: Array, stride: Sequence[int], padding: Sequence[int], dilation: Sequence[int], transposed: bool
) -> str:
    """PyTorch's kernel for a convolution outside oneDNN, with what it refuses as ``check_kernel`` takes it."""
    dims = len(_of_image(x.shape[2:]))
    if transposed:
        return f"slow_conv_transpose{dims}d_out_cpu:biu-int64"
    if any(n != 1 for n in dilation):
        return "slow_conv_dilated<>:biu-int64"
    by_columns = dims == 3 and ({*weight.shape[2:], *stride} != {1} or any(padding))
    return "compute_columns3d:b" if by_columns else f"slow_conv{dims}d_cpu:b"


def _check_for_kernel(x: Array, weight: Array, bias: Array | None, named: str, transposed: bool, groups: int) -> None:
    """Raises the error in the words of the kernel that PyTorch takes, if that refuses dtypes or extents of 0."""
    if not x.size and x.shape[0] and x.shape[1]:
        sizes = bracketed((*x.shape[:2], *_of_image(x.shape[2:])))
        raise RuntimeError(f"Only zero batch or zero channel inputs are supported, but got input shape: {sizes}")
    by_onednn = is_large(x, weight, groups)
    if x.size:  # otherwise no kernel runs
        _check_dtypes(x, weight, named, by_onednn)
        if transposed and bias is not None:
            _check_dtype_added(x, bias)
    kernel = _of_image(weight.shape[2:])
    if 0 not in kernel or not x.size:
        return
    if by_onednn:
        raise RuntimeError(
            "could not create a primitive descriptor for the convolution forward propagation primitive. Run workload "
            "with environment variable ONEDNN_VERBOSE=all to get additional diagnostic information."
        )
    found = " kernel_height: {} kernel_width: {}" if len(kernel) == 2 else ": {} x {} x {} (TxHxW)"
    raise RuntimeError(f"kernel size should be greater than zero, but got{found.format(*kernel)}")


def _of_image(sizes: Sequence[int]) -> tuple[int, ...]:
    """Extents in space, where PyTorch takes a line for an image of height 1."""
    return (1, *sizes) if len(sizes) == 1 else tuple(sizes)


def _check_dtypes(x: Array, weight: Array, named: str, by_onednn: bool) -> None:
    if weight.dtype != x.dtype and by_onednn:
        found, wanted = (tensor_type(each) for each in (x, weight))
        raise RuntimeError(
            f"Input type ({found}) and weight type ({wanted}) should be the same or input should be a MKLDNN tensor "
            "and weight is a dense tensor"
        )
    check_kernel(named, x)
    if weight.dtype != x.dtype:
        raise RuntimeError(f"expected scalar type {label(x.dtype)} but found {label(weight.dtype)}")


def _check_dtype_added(x: Array, bias: Array) -> None:
    """Raises RuntimeError unless a bias can be added in place to what a transposed convolution computed."""
    if x.ndim == 5 and bias.dtype != x.dtype:  # that kernel adds by itself
        raise RuntimeError(f"expected scalar type {label(x.dtype)} but found {label(bias.dtype)}")
    if dtypes.of(bias).category > dtypes.of(x).category:
        raise RuntimeError(f"result type {label(bias.dtype)} can't be cast to the desired output type {label(x.dtype)}")


def _check_output_padding(output_padding: Sequence[int], stride: Sequence[int], dilation: Sequence[int]) -> None:
    given = {"output_padding": [*output_padding], "stride": [*stride], "dilation": [*dilation]}
    if all(o < s or o < d for o, s, d in zip(*given.values(), strict=True)):
        return
    if len(output_padding) == 1:  # PyTorch takes a line for an image of height 1
        given = {name: [int(name != "output_padding"), *numbers] for name, numbers in given.items()}
    axes = ("depth", "height", "width")[-len(given["stride"]) :]
    found = (f"{name}_{axis}: {n}" for name, numbers in given.items() for axis, n in zip(axes, numbers, strict=True))
    raise RuntimeError(f"output padding must be smaller than either stride or dilation, but got {' '.join(found)}")


def of_windows(
    x: Array, weight: Array, stride: Sequence[int], padding: Sequence[int], dilation: Sequence[int]
) -> tuple[int, ...]:
    """The extents in space of a convolution's result."""
    spatial = zip(x.shape[2:], weight.shape[2:], stride, padding, dilation, strict=True)
    return tuple((n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in spatial)


def check_passed_back(
    grad: Array, x: Array, weight: Array, stride: Sequence[int], padding: Sequence[int], dilation: Sequence[int],
    groups: int,
) -> None:  # fmt: skip
    """Raises RuntimeError for what cannot be the cotangent of a convolution's result."""
    _check(x, weight, stride, padding, dilation, False, (0,) * len(stride), groups)
    wanted = (x.shape[0], weight.shape[0], *of_windows(x, weight, stride, padding, dilation))
    beside = max(4 - len(wanted), 0)  # PyTorch takes a line for an image of height 1
    for dim in range(1, len(wanted)):
        found = grad.shape[dim] if dim < grad.ndim else 0
        if grad.ndim != len(wanted) or found != wanted[dim]:
            place = f"tensor.size[{dim + beside * (dim > 1)}]"
            raise RuntimeError(
                f"Expected a tensor of dimension {len(wanted) + beside} and {place} == {wanted[dim]} but got: "
                f"dimension {grad.ndim + beside} and {place} = {found}"
            )


def convolution(
    x: Array, weight: Array, bias: Array | None, stride: Sequence[int], padding: Sequence[int],
    dilation: Sequence[int], transposed: bool, output_padding: Sequence[int], groups: int,
) -> Any:  # fmt: skip
    _check(x, weight, stride, padding, dilation, transposed, output_padding, groups)
    _check_bias(weight, bias, transposed, groups)
    kernel = weight.shape[2:]
    named = _kernel(x, weight, stride, padding, dilation, transposed)
    weight = weight if x.size else weight.astype(x.dtype, copy=False)
    reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    if transposed:
        _check_output_padding(output_padding, stride, dilation)
        _check_for_kernel(x, weight, bias, named, transposed, groups)
        out = [
            (n - 1) * s - 2 * p + r + o
            for n, s, p, r, o in zip(x.shape[2:], stride, padding, reach, output_padding, strict=True)
        ]
        sizes = (x.shape[0], weight.shape[1] * groups, *out)
        kernels = kernels_of(x, weight, stride, padding, dilation, groups, output_padding)
        result = kernels.convolve_back(x, weight, sizes, stride, padding, dilation, groups)
        if bias is not None:
            result += bias.astype(result.dtype, copy=False).reshape(-1, *(1 for _ in kernel))
    else:
        padded = [n + 2 * p for n, p in zip(x.shape[2:], padding, strict=True)]
        if any(r > n for r, n in zip(reach, padded, strict=True)):
            sizes_of = [f"({' x '.join(map(str, each))})" for each in (padded, reach)]
            raise RuntimeError(
                f"Calculated padded input size per channel: {sizes_of[0]}. Kernel size: {sizes_of[1]}. Kernel size "
                "can't be greater than actual input size"
            )
        _check_for_kernel(x, weight, bias, named, transposed, groups)
        made = of_windows(x, weight, stride, padding, dilation)
        if not x.shape[1]:
            return np.zeros((x.shape[0], 0, *made), x.dtype)
        kernels = kernels_of(x, weight, stride, padding, dilation, groups, None)
        result = kernels.convolve(x, weight, bias, made, stride, padding, dilation, groups)
    return channels_within(result) if channels_stay_innermost(x, weight) else canonical(result)
