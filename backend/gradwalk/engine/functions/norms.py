"""Normalisation: numbers less their mean, over their spread; and what that passes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..op import NAMESPACE, OPS
from ..tensor import Tensor
from .registry import function
from .shapes import reshape

Dims = tuple[int, ...]


def _mean(x: Any, dims: Dims) -> Any:
    if isinstance(x, Tensor):
        return OPS["mean.dim"](x, dim=dims, keepdim=True)
    return np.mean(x, axis=dims, keepdims=True, dtype=x.dtype)


def _sum_to(x: Any, shape: Sequence[int], kept: Dims) -> Any:
    dims = tuple(d for d in range(len(x.shape)) if d not in kept)
    if dims:
        x = OPS["sum.dim"](x, dim=dims) if isinstance(x, Tensor) else np.add.reduce(x, axis=dims)
    return reshape(x, tuple(shape))


def standardized(x: Any, dims: Dims, eps: float) -> tuple[Any, Any, Any]:
    """Numbers of mean 0 and variance 1 over ``dims``; the mean; and one over the spread."""
    mean = _mean(x, dims)
    centred = x - mean
    inverse = NAMESPACE["rsqrt"](NAMESPACE["shifted"](_mean(centred * centred, dims), eps))
    return centred * inverse, mean, inverse


def _through(grad: Any, x: Any, dims: Dims, eps: float) -> Any:
    """The cotangent of what was standardized."""
    unit, _, inverse = standardized(x, dims, eps)
    return inverse * (grad - _mean(grad, dims) - unit * _mean(grad * unit, dims))


def _channels(v: Any, ndim: int) -> Any:
    return v.reshape(1, -1, *(1 for _ in range(ndim - 2)))


def _others(ndim: int) -> Dims:
    return (0, *range(2, ndim))


@function
def batch_norm_input(
    grad: Any, x: Any, weight: Any, running_mean: Any, running_var: Any, training: bool, eps: float
) -> Any:
    """The cotangent of a batch norm's input."""
    ndim = len(x.shape)
    scaled = grad if weight is None else grad * _channels(weight, ndim)
    if training:
        return _through(scaled, x, _others(ndim), eps)
    del running_mean
    return scaled * NAMESPACE["rsqrt"](NAMESPACE["shifted"](_channels(running_var, ndim), eps))


@function
def batch_norm_weight(grad: Any, x: Any, running_mean: Any, running_var: Any, training: bool, eps: float) -> Any:
    """The cotangent of a batch norm's scale."""
    ndim = len(x.shape)
    if training:
        unit = standardized(x, _others(ndim), eps)[0]
    else:
        inverse = NAMESPACE["rsqrt"](NAMESPACE["shifted"](_channels(running_var, ndim), eps))
        unit = (x - _channels(running_mean, ndim)) * inverse
    return NAMESPACE["sum_channels"](grad * unit)


def _last(x: Any, shape: Sequence[int]) -> Dims:
    ndim = len(x.shape)
    return tuple(range(ndim - len(shape), ndim))


@function
def layer_norm_input(grad: Any, x: Any, weight: Any, shape: Sequence[int], eps: float) -> Any:
    """The cotangent of a layer norm's input."""
    return _through(grad if weight is None else grad * weight, x, _last(x, shape), eps)


@function
def layer_norm_weight(grad: Any, x: Any, shape: Sequence[int], eps: float) -> Any:
    """The cotangent of a layer norm's scale."""
    dims = _last(x, shape)
    return _sum_to(grad * standardized(x, dims, eps)[0], shape, dims)


@function
def layer_norm_bias(grad: Any, shape: Sequence[int]) -> Any:
    """The cotangent of a layer norm's shift."""
    return _sum_to(grad, shape, _last(grad, shape))


def _grouped(x: Any, group: int) -> Any:
    return reshape(x, (x.shape[0], group, -1))


@function
def group_norm_input(grad: Any, x: Any, weight: Any, group: int, eps: float) -> Any:
    """The cotangent of a group norm's input."""
    scaled = grad if weight is None else grad * _channels(weight, len(x.shape))
    return reshape(_through(_grouped(scaled, group), _grouped(x, group), (2,), eps), tuple(x.shape))


@function
def group_norm_weight(grad: Any, x: Any, group: int, eps: float) -> Any:
    """The cotangent of a group norm's scale."""
    unit = reshape(standardized(_grouped(x, group), (2,), eps)[0], tuple(x.shape))
    return NAMESPACE["sum_channels"](grad * unit)
