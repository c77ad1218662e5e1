"""Forwards of normalisation, on arrays: the result, the means, and one over the spreads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import Array
from ..functions import batch_norm as kernels
from ..functions import group_norms
from ..functions.norms import standardized
from ..functions.row_norms import as_rows, normalized_rows
from ..layouts import as_images_lie, channels_innermost

Three = tuple[Any, Any, Any]


def _affine(unit: Array, weight: Array | None, bias: Array | None, shape: Sequence[int]) -> Array:
    if weight is not None:
        unit = unit * weight.reshape(shape)
    return np.ascontiguousarray(unit if bias is None else unit + bias.reshape(shape))


def _linear(
    x: Array, mean: Array, inverse: Array, weight: Array | None, bias: Array | None, shape: Sequence[int]
) -> Array:
    """``x`` scaled and shifted, as one fused multiplication and addition for each element, which rounds once: of a
    channel of equal numbers something is left, as in PyTorch."""
    if x.dtype != np.float32:
        return _affine((x - mean) * inverse, weight, bias, shape)
    factor = inverse if weight is None else inverse * weight.reshape(shape)
    shift = -(mean.astype(np.float64) * factor) + (0 if bias is None else bias.reshape(shape))
    return np.ascontiguousarray((x.astype(np.float64) * factor + shift.astype(np.float32)).astype(np.float32))


def batch_norm(
    x: Array, weight: Array | None, bias: Array | None, running_mean: Array | None, running_var: Array | None,
    training: bool, eps: float,
) -> Three:  # fmt: skip
    if kernels.is_followed(x):
        return kernels.forward(x, weight, bias, running_mean, running_var, eps, training=training)
    shape = (1, -1, *(1 for _ in x.shape[2:]))
    if training:
        wide = x if x.dtype != np.float32 else x.astype(np.float64)  # as PyTorch adds up on the CPU
        _, mean, inverse = (part.astype(x.dtype) for part in standardized(wide, (0, *range(2, x.ndim)), eps))
        return as_images_lie(x, _linear(x, mean, inverse, weight, bias, shape)), mean.reshape(-1), inverse.reshape(-1)
    assert running_mean is not None
    assert running_var is not None
    inverse = 1 / np.sqrt(running_var.reshape(shape) + x.dtype.type(eps))
    nothing = np.zeros(0, x.dtype)
    result = _linear(x, running_mean.reshape(shape), inverse, weight, bias, shape)
    return as_images_lie(x, result.astype(x.dtype, copy=False)), nothing, nothing


def layer_norm(
    x: Array, weight: Array | None, bias: Array | None, normalized_shape: Sequence[int], eps: float
) -> Three:
    first = x.ndim - len(normalized_shape)
    if not x.size:
        unit, mean, inverse = standardized(x, tuple(range(first, x.ndim)), eps)
        return _affine(unit, weight, bias, tuple(normalized_shape)), mean, inverse
    columns = (*x.shape[:first], *(1 for _ in normalized_shape))
    unit, mean, inverse = normalized_rows(as_rows(x, first), _flat(weight), _flat(bias), float(eps))
    return unit.reshape(x.shape), mean.reshape(columns), inverse.reshape(columns)


def _flat(x: Array | None) -> Array | None:
    return None if x is None else np.ascontiguousarray(x).reshape(-1)


def group_norm(
    x: Array,
    weight: Array | None,
    bias: Array | None,
    N: int,
    C: int,
    HxW: int,
    group: int,
    eps: float,
) -> Three:
    if group_norms.is_followed(x) and not channels_innermost(x):
        result, *statistics = group_norms.normalized(
            x.reshape(N, C, HxW), _flat(weight), _flat(bias), group, float(eps)
        )
        result.resize(x.shape, refcheck=False)  # its memory stays its own
        return result, *statistics
    unit, mean, inverse = standardized(x.reshape(N, group, C // group * HxW), (2,), eps)
    shape = (1, -1, *(1 for _ in x.shape[2:]))
    result = as_images_lie(x, _affine(unit.reshape(x.shape), weight, bias, shape))
    return result, mean.reshape(N, group), inverse.reshape(N, group)
