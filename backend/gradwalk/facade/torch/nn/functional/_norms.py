"""Normalisation."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from gradwalk.engine.apply import check_kernel
from gradwalk.engine.dtypes import bfloat16, float16, float32
from gradwalk.engine.errors import bracketed
from gradwalk.engine.functions import batch_norm as kernels
from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.history import find_histories
from gradwalk.engine.limits import finfo
from gradwalk.engine.observe import observer
from gradwalk.engine.op import OPS
from gradwalk.engine.ops import nn_norm as ops
from gradwalk.engine.ops._norms import batch_norm as batch_norm_kernel
from gradwalk.engine.ops._words import C_NAMES
from gradwalk.engine.reduced import widened
from gradwalk.engine.saved import HOOKS
from gradwalk.engine.surface.casts import cast
from gradwalk.engine.surface.registry import METHODS
from gradwalk.engine.tensor import Tensor
from gradwalk.engine.warn import warn_once_for_all
from gradwalk.engine.writes import about_to_write

from ._undifferentiated import refuse_gradients


def _check_size(sizes: Sequence[int]) -> None:
    if sizes[0] * prod(sizes[2:]) == 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {sizes}")


def _check_dtypes(input: Any, *parameters: Any) -> None:
    """Raises RuntimeError where numbers and parameters are not of one dtype, unless those are float32 beside halves."""
    kinds = [each.dtype.legacy_name.removesuffix("Tensor") for each in parameters if each is not None]
    own = input.dtype.legacy_name.removesuffix("Tensor")
    if not kinds or set(kinds) == {own}:
        return
    if kinds[0] != own:
        if set(kinds) != {"Float"}:
            raise RuntimeError("mixed dtype (CPU): expect parameter to have scalar type of Float")
        if own not in ("Half", "BFloat16"):
            raise RuntimeError("mixed dtype (CPU): all inputs must share same datatype.")
    else:
        other = next(kind for kind in kinds if kind != own)
        raise RuntimeError(f"expected scalar type {own} but found {other}")


def batch_norm(
    input: Any, running_mean: Any, running_var: Any, weight: Any = None, bias: Any = None, training: bool = False,
    momentum: float = 0.1, eps: float = 1e-5,
) -> Tensor:  # fmt: skip
    """Each channel less its mean, over its spread; running statistics are moved by ``momentum`` while training."""
    if training:
        _check_size(input.shape)
        if eps <= 0:
            raise ValueError(f"batch_norm eps must be positive during training, but got {eps}")
    elif eps < 0:
        raise ValueError(f"batch_norm eps must be non-negative, but got {eps}")
    return batch_norm_unchecked(input, weight, bias, running_mean, running_var, training, momentum, eps)


def batch_norm_unchecked(
    input: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, momentum: float,
    eps: float,
) -> Tensor:  # fmt: skip
    """:func:`batch_norm` as `torch` has it, which takes single numbers too."""
    if input.numel() == 0:
        empty = input.clone()
        empty = empty if weight is None else empty * weight[0]
        return empty if bias is None else empty + bias[0]  # type: ignore[no-any-return]
    result, *_ = batch_norm_in_full(input, weight, bias, running_mean, running_var, training, momentum, eps)
    return result  # type: ignore[no-any-return]


def batch_norm_in_full(
    input: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, momentum: float,
    eps: float,
) -> Any:  # fmt: skip
    """:func:`batch_norm`, its means and one over its spreads."""
    channels = input.shape[1] if input.ndim > 1 else 0
    for name, each in (
        ("running_mean", running_mean),
        ("running_var", running_var),
        ("weight", weight),
        ("bias", bias),
    ):
        if each is None and name.startswith("running") and not training:
            raise RuntimeError(f"{name} must be defined in evaluation mode")
        if each is not None and each.numel() != channels:
            raise RuntimeError(f"{name} should contain {channels} elements not {each.numel()}")
    try:
        check_kernel("batch_norm", input._array)
        _check_dtypes(input, weight, bias, running_mean, running_var)
    except RuntimeError:
        find_histories((input, weight, bias))
        raise
    input.size(1)  # which one that has no channels refuses
    refuse_gradients("native_batch_norm", running_mean=running_mean, running_var=running_var)
    of = (input, weight, bias, running_mean, running_var)
    follows = training and running_mean is not None
    try:
        found = ops.native_batch_norm.several(*of, training=training, eps=eps)
    except BaseException:
        if follows and HOOKS:  # a hook that packs results ends it (a checkpoint has enough): PyTorch's kernel has run
            means = batch_norm_kernel(input._array, None, None, None, None, training=True, eps=eps)[1]
            _follow(input, means, running_mean, running_var, momentum)
        raise
    if follows:
        _follow(input, found[1]._array, running_mean, running_var, momentum)
    return found


def _follow(input: Any, means: Any, running_mean: Any, running_var: Any, momentum: float) -> None:
    """Move running statistics towards those of a batch, of which the means are known."""
    if kernels.is_followed(input._array):
        kept = running_mean._array, running_var._array
        mean, variance = kernels.moved(input._array, means, *kept, momentum)
        _put(running_mean, mean)
        _put(running_var, variance)
        return
    _move(running_mean, means, momentum)
    x = widened(input._array)
    count = x.size // input.shape[1]
    variance = x.var(axis=(0, *range(2, x.ndim)), dtype=x.dtype) * (count / max(count - 1, 1))
    _move(running_var, variance.astype(running_var._array.dtype), momentum)


def _move(running: Any, towards: Any, momentum: float) -> None:
    _put(running, (1 - momentum) * running._array + momentum * towards)


def _put(running: Any, now: Any) -> None:
    """Running statistics are moved in silence: PyTorch counts no version for them."""
    about_to_write(running._array)
    running._array[...] = now
    observer().storage_written(running._storage)


def instance_norm(
    input: Any, running_mean: Any = None, running_var: Any = None, weight: Any = None, bias: Any = None,
    use_input_stats: bool = True, momentum: float = 0.1, eps: float = 1e-5,
) -> Tensor:  # fmt: skip
    """:func:`batch_norm` of each sample by itself."""
    sizes = tuple(input.shape)
    if use_input_stats and prod(sizes[2:]) == 1:
        raise ValueError(f"Expected more than 1 spatial element when training, got input size {input.shape}")
    count, channels = sizes[:2]

    def each(x: Any) -> Any:
        return None if x is None else x.repeat(count)

    scale, shift, means, variances = each(weight), each(bias), each(running_mean), each(running_var)
    rows = input.contiguous().view(1, count * channels, *sizes[2:])
    result: Any = batch_norm_unchecked(rows, scale, shift, means, variances, use_input_stats, momentum, eps)
    if running_mean is not None and use_input_stats:
        with no_grad():
            for kept, moved in ((running_mean, means), (running_var, variances)):
                kept.copy_(moved.view(count, channels).mean(0))
    return result.view(sizes)  # type: ignore[no-any-return]


def _check_normalized(input: Any, shape: tuple[int, ...], before: str) -> None:
    if len(shape) < 1:
        raise RuntimeError(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got "
            "normalized_shape = []"
        )
    if tuple(input.shape[-len(shape) :]) != shape:
        raise RuntimeError(
            f"Given normalized_shape={bracketed(shape)}, expected input with shape "
            f"[{before}{', '.join(map(str, shape))}], but got input of size{bracketed(input.shape)}"
        )


def _check_layer(input: Any, shape: tuple[int, ...], weight: Any, bias: Any) -> None:
    """What PyTorch's kernel asks of a layer norm. Raises RuntimeError or NotImplementedError."""
    _check_dtypes(input, weight, bias)
    _check_normalized(input, shape, "*, ")
    for name, each in (("weight", weight), ("bias", bias)):
        if each is not None and tuple(each.shape) != shape:
            raise RuntimeError(
                f"Expected {name} to be of same shape as normalized_shape, but got {name} of shape "
                f"{bracketed(each.shape)} and normalized_shape = {bracketed(shape)}"
            )
    check_kernel("LayerNormKernelImpl", input._array)


def layer_norm(
    input: Any, normalized_shape: Sequence[int], weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Tensor:
    """The last dimensions less their mean, over their spread."""
    normalized: Tensor = native_layer_norm(input, normalized_shape, weight, bias, eps)[0]
    return normalized


def native_layer_norm(input: Any, normalized_shape: Sequence[int], weight: Any, bias: Any, eps: float) -> Any:
    """:func:`layer_norm`, its means and one over its spreads."""
    shape = tuple(normalized_shape)
    try:
        _check_layer(input, shape, weight, bias)
    except RuntimeError:
        find_histories((input, weight, bias))
        raise
    return ops.native_layer_norm.several(input, weight, bias, normalized_shape=shape, eps=eps)


def group_norm(input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Tensor:
    """Groups of channels less their mean, over their spread."""
    if input.ndim < 2:
        raise RuntimeError(f"Expected at least 2 dimensions for input tensor but received {input.ndim}")
    count, channels = input.shape[:2]
    _check_size([count * channels // num_groups, num_groups, *input.shape[2:]])
    if channels % num_groups:
        raise RuntimeError(
            "Expected number of channels in input to be divisible by num_groups, but got input of shape "
            f"{bracketed(input.shape)} and num_groups={num_groups}"
        )
    for name, each in (("weight", weight), ("bias", bias)):
        if each is not None and tuple(each.shape) != (channels,):
            raise RuntimeError(
                f"Expected {name} to be a vector of size equal to the number of channels in input, but got {name} of "
                f"shape {bracketed((0,) if weight is None else weight.shape)} and input of shape "  # the bias's too
                f"{bracketed(input.shape)}"
            )
    array = input._array
    try:
        _check_dtypes(input, weight, bias)
        check_kernel("GroupNormKernelImpl", array)
    except RuntimeError:
        find_histories((input, weight, bias))
        raise
    if not array.flags.c_contiguous and not (array.ndim in (4, 5) and np.moveaxis(array, 1, -1).flags.c_contiguous):
        input = input.contiguous()
    return ops.native_group_norm.several(
        input, weight, bias, N=count, C=channels, HxW=prod(input.shape[2:]), group=num_groups, eps=eps
    )[0]


_NOT_FUSED = (
    "Mismatch dtype between input and weight: input dtype = {}, weight dtype = {}, Cannot dispatch to fused "
    "implementation. (Triggered internally at /__w/pytorch/pytorch/aten/src/ATen/native/layer_norm.cpp:346.)"
)


def rms_norm(input: Any, normalized_shape: Sequence[int], weight: Any = None, eps: float | None = None) -> Tensor:
    """The last dimensions over their root mean square."""
    shape = tuple(normalized_shape)
    if input.ndim < len(shape):
        raise ValueError(f"Input tensor must have at least {len(shape)} dimensions, but got {input.ndim}")
    _check_normalized(input, shape, "*")
    if weight is not None and tuple(weight.shape) != shape:
        raise RuntimeError(
            "Expected weight to be of same shape as normalized_shape, but got weight of shape "
            f"{bracketed(weight.shape)} and normalized_shape = {bracketed(shape)}"
        )
    if weight is not None and weight.dtype != input.dtype:
        kinds = (C_NAMES[each.dtype.name] for each in (input, weight))
        warn_once_for_all("rms_norm of two dtypes", _NOT_FUSED.format(*kinds))
    check_kernel("rms_norm", input._array)
    dims = tuple(range(input.ndim - len(shape), input.ndim))
    wide: Any = cast(input, float32) if input.dtype in (float16, bfloat16) else input
    small = finfo(wide.dtype).eps if eps is None else eps
    mean: Any = OPS["add.Scalar"]((wide**2).mean(dims, keepdim=True), other=small)
    result = wide * mean.rsqrt()
    result = METHODS["contiguous"](result if weight is None else result * weight)
    return cast(result, input.dtype)


def local_response_norm(input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Tensor:
    """Each channel over a power of the mean square of its neighbours."""
    from ._averaging import avg_pool2d, avg_pool3d
    from ._padding import pad

    if input.ndim < 3:
        gap = " " * 25  # of PyTorch's source, whose line goes on
        raise ValueError(f"Expected 3D or higher dimensionality {gap}input (got {input.ndim} dimensions)")
    if input._array.size == 0:
        return input  # type: ignore[no-any-return]
    squares = input * input
    if input.ndim == 3:
        line: Any = avg_pool2d(pad(squares.unsqueeze(1), (0, 0, size // 2, (size - 1) // 2)), (size, 1), stride=1)
        return input / (line.squeeze(1) * alpha + k) ** beta  # type: ignore[no-any-return]
    sizes = tuple(input.shape)
    squares = squares.view(sizes[0], 1, sizes[1], sizes[2], -1)
    padded = pad(squares, (0, 0, 0, 0, size // 2, (size - 1) // 2))
    mean: Any = avg_pool3d(padded, (size, 1, 1), stride=1)
    return input / (mean.squeeze(1).view(sizes) * alpha + k) ** beta  # type: ignore[no-any-return]
