"""Normalisation: numbers less their mean, over their spread; and what that passes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import Array
from ..graph import skip_sequence_number
from ..layouts import channels_innermost
from ..op import NAMESPACE, OPS
from ..tensor import Tensor
from . import batch_norm, group_norms
from .elementary import scaled_always
from .registry import function, on_both
from .row_norms import as_rows, cotangent_of_scale, cotangents_of_rows
from .shapes import reshape

Dims = tuple[int, ...]
Three = tuple[Any, Any, Any]


def _mean(x: Array, dims: Dims) -> Array:
    if not x.size:  # 0, and no warning of numpy's
        return np.asarray(np.add.reduce(x, axis=dims, keepdims=True))
    mean: Array = np.mean(x, axis=dims, keepdims=True, dtype=x.dtype)
    return mean


def standardized(x: Array, dims: Dims, eps: float) -> tuple[Array, Array, Array]:
    """Numbers of mean 0 and variance 1 over ``dims``; the mean; and one over the spread."""
    mean = _mean(x, dims)
    centred = x - mean
    inverse = 1 / np.sqrt(_mean(centred * centred, dims) + x.dtype.type(eps))
    inverse = inverse if x.size else np.full_like(inverse, np.nan)
    return centred * inverse, mean, inverse


def _through(grad: Array, unit: Array, inverse: Array, dims: Dims) -> Array:
    """The cotangent of what was standardized."""
    through: Array = inverse * (grad - _mean(grad, dims) - unit * _mean(grad * unit, dims))
    return through


def _batch_norm_backward(
    grad: Array, x: Array, weight: Array | None, running_mean: Any, running_var: Any, save_mean: Array,
    save_invstd: Array, train: bool, eps: float, output_mask: Sequence[bool],
) -> tuple[Array | None, Array | None, Array | None]:  # fmt: skip
    """The cotangents of input, scale and shift; None for each that ``output_mask`` leaves out."""
    if batch_norm.is_followed(x, grad):
        mean, inverse, variance = (save_mean, save_invstd, None) if train else (running_mean, None, running_var)
        return batch_norm.cotangents(grad, x, weight, mean, inverse, variance, eps, output_mask)
    channels = (1, -1, *(1 for _ in x.shape[2:]))
    others = (0, *range(2, x.ndim))
    if train:
        mean, inverse = save_mean.reshape(channels), save_invstd.reshape(channels)
    else:
        mean = running_mean.reshape(channels)
        inverse = 1 / np.sqrt(running_var.reshape(channels) + x.dtype.type(eps))
    unit = (x - mean) * inverse
    of_x = of_weight = of_bias = None
    if output_mask[0]:
        scaled = grad if weight is None else grad * weight.reshape(channels)
        of_x = _through(scaled, unit, inverse, others) if train else scaled * inverse
    if output_mask[1]:
        of_weight = np.add.reduce(grad * unit, axis=others)
    if output_mask[2]:
        of_bias = np.add.reduce(grad, axis=others)
    return of_x, of_weight, of_bias


batch_norm_backward = on_both("native_batch_norm_backward", _batch_norm_backward)


def _layer_norm_backward(
    grad: Array, x: Array, mean: Array, rstd: Array, weight: Array | None, bias: Array | None,
    normalized_shape: Sequence[int], output_mask: Sequence[bool],
) -> tuple[Array | None, Array | None, Array | None]:  # fmt: skip
    """The cotangents of input, scale and shift; None for each that ``output_mask`` leaves out."""
    del bias
    first = x.ndim - len(normalized_shape)
    of_x = of_weight = of_bias = None
    if x.size and (output_mask[0] or output_mask[1]):
        rows = as_rows(grad, first), as_rows(x, first), mean.reshape(-1, 1), rstd.reshape(-1, 1)
        if output_mask[0]:
            of_x = cotangents_of_rows(*rows, None if weight is None else np.ascontiguousarray(weight).reshape(-1))
            of_x.resize(x.shape, refcheck=False)  # its memory stays its own
        if output_mask[1]:
            of_weight = cotangent_of_scale(*rows)
            of_weight.resize(x.shape[first:], refcheck=False)
    elif not x.size:
        of_x = np.zeros_like(x) if output_mask[0] else None
        of_weight = np.zeros(x.shape[first:], x.dtype) if output_mask[1] else None
    if output_mask[2]:
        of_bias = np.add.reduce(grad, axis=tuple(range(first)))
    return of_x, of_weight, of_bias


layer_norm_backward = on_both("native_layer_norm_backward", _layer_norm_backward)


def _is_followed(grad: Any, x: Array) -> bool:
    return grad is not None and grad.dtype == x.dtype and group_norms.is_followed(x) and not channels_innermost(x)


@function
def group_norm_backward(
    grads: Sequence[Any], x: Any, weight: Any, mean: Any, rstd: Any, N: int, C: int, HxW: int, group: int,
    needs: Sequence[bool],
) -> Three:  # fmt: skip
    """The cotangents of input, scale and shift from those of the result, the means, and one over the spreads."""
    if not isinstance(x, Tensor) and grads[1] is grads[2] is None and _is_followed(grads[0], x):
        shape = (N, C, HxW)
        parts = np.ascontiguousarray(grads[0]).reshape(shape), x.reshape(shape), mean, rstd
        of_x, of_weight, of_bias = group_norms.cotangents(*parts, weight, needs)
        if of_x is not None:
            of_x.resize(x.shape, refcheck=False)  # its memory stays its own
        return of_x, of_weight, of_bias
    depth = C // group
    share = 1.0 / (depth * HxW) if depth * HxW else float("inf")
    grad, of_mean, of_rstd = grads
    of_x = of_weight = of_bias = slope = along = level = None
    x4, mean4, rstd4 = reshape(x, (N, group, depth, HxW)), *(reshape(s, (N, group, 1, 1)) for s in (mean, rstd))
    if grad is not None:
        slope = reshape(grad, (N, group, depth, HxW))
        along, level = _kept(_sum(slope * x4, 3), -1), _kept(_sum(slope, 3), -1)
    if needs[0]:
        scale = None if weight is None else reshape(weight, (1, group, depth, 1))
        if isinstance(rstd4, Tensor) and rstd4.requires_grad:
            for _ in range(4):
                skip_sequence_number()  # of nodes for the variance, which PyTorch computes and does not use
        cube = rstd4 * rstd4 * rstd4
        statistics = of_mean is not None and of_rstd is not None
        of_var = None
        if of_rstd is not None:
            right = reshape(of_rstd, (N, group, 1, 1))
            of_var = scaled_always(cube, -0.5) * right
        if slope is not None:
            a = rstd4 if scale is None else rstd4 * scale
            b = _kept(_sum(along if scale is None else along * scale, 2), -2)
            c = _kept(_sum(level if scale is None else level * scale, 2), -2)
            b = scaled_always((c * mean4 - b) * cube, share)
            subtrahend = scaled_always(c * rstd4, share)
            c = -b * mean4 - subtrahend
            second = b * x4
            of_x = a * slope + second + c
        if statistics:
            whole = _of_variance_and_mean(of_var, reshape(of_mean, (N, group, 1, 1)), x4)
            of_x = whole if of_x is None else of_x + whole
        of_x = None if of_x is None else reshape(of_x, tuple(x.shape))
    if needs[1] and slope is not None:
        of_weight = reshape(_sum((along - level * mean4) * rstd4, 0), tuple(weight.shape))
    if needs[2] and slope is not None:
        of_bias = reshape(_sum(level, 0), (C,))
    return of_x, of_weight, of_bias


def _of_variance_and_mean(of_var: Any, of_mean: Any, x: Any) -> Any:
    """The cotangent of numbers by their variance (uncorrected) and mean over the last two dimensions."""
    count = x.shape[2] * x.shape[3]
    mean = OPS["mean.dim"](x, dim=(2, 3), keepdim=True) if isinstance(x, Tensor) else _mean(x, (2, 3))
    right = x - mean
    through = scaled_always(of_var, 2.0 / count) * right
    return through + NAMESPACE["divided"](NAMESPACE["expand"](of_mean, tuple(x.shape)), count)


def _sum(x: Any, dim: int) -> Any:
    return OPS["sum.dim"](x, dim=(dim,)) if isinstance(x, Tensor) else np.add.reduce(x, axis=dim)


def _kept(x: Any, dim: int) -> Any:
    """A sum with the dimension that was summed, which PyTorch puts in again in place."""
    return OPS["unsqueeze_.fresh"](x, dim=dim) if isinstance(x, Tensor) else np.expand_dims(x, dim)
