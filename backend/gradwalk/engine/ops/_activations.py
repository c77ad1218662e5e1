"""Forwards of activation functions, on arrays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import dtypes, elementary
from ..core import at_once
from ..dtypes import Array
from ..functions.dims import normalize_dim
from ..functions.row_sums import raised_beside, sums_of_rows, sums_one_by_one
from ..functions.special import erf
from ..iteration import iterated
from ..promotion import held


def leaky_relu(x: Array, negative_slope: float) -> Any:
    return np.where(x > 0, x, x * negative_slope)


def threshold(x: Array, threshold: float, value: float) -> Any:
    return np.where(x <= held(threshold, x.dtype), x.dtype.type(held(value, x.dtype)), x)


def elu(x: Array, alpha: float, scale: float, input_scale: float) -> Any:
    factor = x.dtype.type(alpha) * x.dtype.type(scale)
    bent = elementary.expm1_in_loops(x if input_scale == 1 else x * input_scale) * factor
    return np.where(x >= 0, x * scale, bent)


def celu(x: Array, alpha: float) -> Any:
    if alpha == 0:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
    return elu(x, alpha, 1, 1 / alpha)


def gelu(x: Array, approximate: str) -> Any:
    if approximate == "tanh":
        if x.dtype == np.float32:
            return elementary.gelu_tanh(x)
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))
    if approximate != "none":
        raise RuntimeError("approximate argument must be either none or tanh.")
    if x.dtype == np.float32:
        return (elementary.gelu_in_rows if x.flags.c_contiguous and x.size > 1 else elementary.gelu)(x)
    return x * 0.5 * (1 + erf(x * math.sqrt(0.5)))


def silu(x: Array) -> Any:
    return elementary.silu(x)


def mish(x: Array) -> Any:
    return elementary.mish(x)


def softplus(x: Array, beta: float, threshold: float) -> Any:
    bent = elementary.softplus(x if beta == 1 else x * beta) / beta
    return np.where(x * beta > threshold, x, bent)


def log_sigmoid(x: Array) -> Any:
    buffer = elementary.vector_exp(-np.abs(x))
    return np.minimum(x, 0) - elementary.log1p(buffer), buffer


def hardtanh(x: Array, min_val: float, max_val: float) -> Any:
    if x.dtype.kind == "b":
        raise RuntimeError("Bool inputs not supported for hardtanh")
    clipped = np.clip(x, min_val, max_val)
    return clipped if clipped.dtype == x.dtype else clipped.astype(x.dtype)


def hardsigmoid(x: Array) -> Any:
    return np.clip(x + 3, 0, 6) / 6


def hardswish(x: Array) -> Any:
    return x * np.clip(x + 3, 0, 6) / 6


def hardshrink(x: Array, lambd: float) -> Any:
    return np.where((x >= -lambd) & (x <= lambd), x.dtype.type(0), x)


_TWO_VECTORS_BYTES = 64


def softshrink(x: Array, lambd: float) -> Any:
    if x.dtype.kind == "f" and not 0 <= lambd <= np.finfo(x.dtype).max:
        name, most = dtypes.of(x).legacy_name.removesuffix("Tensor"), float(np.finfo(x.dtype).max)
        raise RuntimeError(f"lambda must be in range [0, {most:g}] for input dtype {name}, but found {lambd:g}")
    if not x.ndim:
        return _shrunk(x, lambd)
    dims = sorted(range(x.ndim), key=lambda dim: -x.strides[dim])
    in_order = x.transpose(dims)
    result = _shrunk(in_order, lambd)
    if in_order.flags.c_contiguous:  # PyTorch makes 0 of what it takes by two vectors, and of the rest keeps the sign
        in_vectors = x.size - x.size % (_TWO_VECTORS_BYTES // x.itemsize)
        result.reshape(-1)[:in_vectors] += 0
    return result.transpose(np.argsort(dims))


def _shrunk(x: Array, lambd: float) -> Any:
    return np.where(x > lambd, x - lambd, np.where(x < -lambd, x + lambd, x * x.dtype.type(0)))


def _check_floating(x: Array, kernel: str) -> None:
    if x.dtype.kind != "f":
        name = dtypes.of(x).legacy_name.removesuffix("Tensor")
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{name}'")


@at_once
def softmax(x: Array, dim: int) -> Any:
    normalize_dim(dim, x.ndim)
    _check_floating(x, "softmax_lastdim_kernel_impl" if dim in (-1, x.ndim - 1) else "softmax_kernel_impl")
    if x.ndim == 0 or x.size == 0:
        return np.ones_like(x)
    axis, x = normalize_dim(dim, x.ndim), np.ascontiguousarray(x)
    if axis == x.ndim - 1:
        raised = elementary.vector_exp(x - np.maximum.reduce(x, axis=axis, keepdims=True))
        return raised * (1 / sums_of_rows(raised))
    raised = raised_beside(x - np.maximum.reduce(x, axis=axis, keepdims=True), axis)
    return raised / sums_one_by_one(raised, axis)


@at_once
def log_softmax(x: Array, dim: int) -> Any:
    normalize_dim(dim, x.ndim)
    _check_floating(x, "log_softmax_lastdim_kernel_impl" if dim in (-1, x.ndim - 1) else "softmax_kernel_impl")
    if x.ndim == 0 or x.size == 0:
        return np.zeros_like(x)
    axis, x = normalize_dim(dim, x.ndim), np.ascontiguousarray(x)
    lowered = x - np.maximum.reduce(x, axis=axis, keepdims=True)
    if axis == x.ndim - 1:
        total = sums_of_rows(elementary.vector_exp(lowered))
    else:
        total = sums_one_by_one(raised_beside(lowered, axis), axis)
    return lowered - elementary.vector_log(total)


def glu(x: Array, dim: int) -> Any:
    if x.ndim == 0:
        raise RuntimeError("glu does not support 0-dimensional tensors")
    axis = normalize_dim(dim, x.ndim)
    if x.shape[axis] % 2:
        raise RuntimeError(f"Halving dimension must be even, but dimension {axis} is size {x.shape[axis]}")
    first, gate = np.split(x, 2, axis=axis)
    return iterated(first * elementary.sigmoid(gate), (first, gate))


def rrelu_with_noise(x: Array, noise: Array, lower: float, upper: float, training: bool) -> Any:
    """``noise`` holds each element's slope while training."""
    return x * noise if training else leaky_relu(x, (lower + upper) / 2)


def prelu(x: Array, weight: Array) -> Any:
    return np.where(x > 0, x, weight * x)
