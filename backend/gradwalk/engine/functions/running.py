"""Cotangents of products and of what runs along a dimension, without a division where a factor is 0."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import dtypes
from ..apply import apply_in_place
from ..limits import finfo
from ..op import NAMESPACE, OPS
from ..tensor import Tensor, wrap
from .dims import normalize_dim
from .masks import zeros_of
from .registry import function
from .row_sums import log_sums_so_far
from .shapes import expand, reshape, sliced, unsqueeze


def _number_of_zeros(x: Any) -> int:
    return int(np.count_nonzero((x._array if isinstance(x, Tensor) else np.asarray(x)) == 0))


@function
def prod_backward(grad: Any, x: Any, result: Any) -> Any:
    """The cotangent times the product of all others."""
    if not x.shape:
        return grad
    zeros = _number_of_zeros(x)
    if zeros == 0:
        others = result / x
        return grad * others
    if zeros > 1 and not isinstance(x, Tensor):
        return zeros_of(x)
    return reshape(_times_the_others(grad, reshape(x, (-1,)), 0), x.shape)


@function
def prod_dim_backward(grad: Any, x: Any, result: Any, dim: int, keepdim: bool) -> Any:
    """:func:`prod_backward` along a dimension."""
    if not x.shape:
        return grad
    dim = normalize_dim(dim, len(x.shape))
    if not keepdim:
        grad = unsqueeze(grad, dim)
        result = unsqueeze(result, dim)
    if _number_of_zeros(x) == 0:
        others = result / x
        return grad * others
    return _times_the_others(grad, x, dim)


def _times_the_others(grad: Any, x: Any, dim: int) -> Any:
    """The cotangent times, for each element along a dimension, the product of all the others, without a division."""
    count = x.shape[dim]
    if count == 1:
        return grad
    one = _one_along(x, grad, dim)
    before = _running(_joined(one, sliced(x, dim, 0, count - 1, 1), dim), dim)
    after = _flipped(_running(_joined(one, _flipped(sliced(x, dim, 1, count, 1), dim), dim), dim), dim)
    return grad * (before * after)


def _one_along(x: Any, grad: Any, dim: int) -> Any:
    """Ones in the shape of one slice of ``x``."""
    shape = (*x.shape[:dim], 1, *x.shape[dim + 1 :])
    return wrap(np.ones(shape, grad._array.dtype)) if isinstance(grad, Tensor) else np.ones(shape, grad.dtype)


def _running(x: Any, dim: int) -> Any:
    return OPS["cumprod"](x, dim=dim) if isinstance(x, Tensor) else np.cumprod(x, axis=dim, dtype=x.dtype)


def _joined(x: Any, y: Any, dim: int) -> Any:
    return OPS["cat"](x, y, dim=dim) if isinstance(x, Tensor) else np.concatenate((x, y), axis=dim)


def _flipped(x: Any, axis: int) -> Any:
    if isinstance(x, Tensor):
        return OPS["flip"](x, dims=(axis,))
    return x if x.shape[axis] == 1 else np.flip(x, axis).copy()


@function
def cumsum_backward(grad: Any, dim: int) -> Any:
    """Sums from each element to the end."""
    if math.prod(grad.shape) <= 1 or grad.shape[dim] == 1:
        return grad
    turned = _flipped(grad, dim)
    sums = (
        OPS["cumsum"](turned, dim=dim) if isinstance(turned, Tensor) else np.cumsum(turned, axis=dim, dtype=grad.dtype)
    )
    return _flipped(sums, dim)


@function
def cumprod_backward(grad: Any, x: Any, result: Any, dim: int) -> Any:
    """The cotangent of a running product's operand."""
    if math.prod(x.shape) <= 1 or x.shape[dim] == 1:
        return grad
    axis, count = normalize_dim(dim, len(x.shape)), x.shape[dim]
    weighted = result * grad
    if _number_of_zeros(x) == 0:
        return cumsum_backward(weighted, axis) / x
    if isinstance(grad, Tensor):
        return _cumprod_backward_in_graph(grad, x, axis)
    parts = []
    for k in range(count):
        omitted = _products_without(x, axis, k)
        parts.append(np.sum(sliced(grad, axis, k, count, 1) * omitted, axis=axis, keepdims=True))
    return np.concatenate(parts, axis=axis)


def _cumprod_backward_in_graph(grad: Any, x: Any, axis: int) -> Any:
    """Slice by slice, each written into zeros, as PyTorch does where the cotangent may be differentiated again."""
    whole: Any = wrap(np.zeros(tuple(x.shape), grad._array.dtype))
    for k in range(x.shape[axis]):
        omitted = _products_without(x, axis, k)
        here = OPS["sum.dim"](sliced(grad, axis, k, None, 1) * omitted, dim=(axis,))
        apply_in_place(OPS["copy"], OPS["select"](whole, dim=axis, index=k), here)
    return whole


def _products_without(x: Any, dim: int, k: int) -> Any:
    """The running products from element ``k`` on, without it."""
    last = k == x.shape[dim] - 1
    if k == 0:
        return _joined(_one_along(x, x, dim), _running(sliced(x, dim, 1, None, 1), dim), dim)
    head = sliced(x, dim, 0, k, 1)
    before = (
        OPS["prod.dim_int"](head, dim=dim, keepdim=True)
        if isinstance(x, Tensor)
        else np.prod(head, axis=dim, keepdims=True, dtype=x.dtype)
    )
    if last:
        return before
    after = _running(sliced(x, dim, k + 1, None, 1), dim)
    return _joined(before, expand(before, after.shape) * after, dim)


@function
def logcumsumexp_backward(grad: Any, x: Any, result: Any, dim: int) -> Any:
    """The cotangent of a running log-sum-exp's operand."""
    if not x.shape or 0 in x.shape:
        return grad
    size = NAMESPACE["log"](NAMESPACE["absolute"](grad))
    array = size._array if isinstance(size, Tensor) else size
    least: Any = np.asarray(finfo(dtypes.of(array)).min, array.dtype)
    least = wrap(least) if isinstance(size, Tensor) else least
    positive, negative = (NAMESPACE["where"](sign, size, least) for sign in (grad > 0, grad < 0))
    rising = NAMESPACE["exp"](_from_the_end(positive - result, dim) + x)
    return rising - NAMESPACE["exp"](_from_the_end(negative - result, dim) + x)


def _from_the_end(x: Any, dim: int) -> Any:
    """A running log-sum-exp that starts at the end of a dimension."""
    if isinstance(x, Tensor):
        return OPS["flip"](OPS["logcumsumexp"](OPS["flip"](x, dims=(dim,)), dim=dim), dims=(dim,))
    axis = normalize_dim(dim, x.ndim)
    return np.flip(log_sums_so_far(np.flip(x, axis), axis), axis)
