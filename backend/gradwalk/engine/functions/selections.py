"""Where the cotangent of a selected element goes: back to the places it was taken from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..op import NAMESPACE, OPS
from ..tensor import Tensor, wrap
from ..written import written
from .dims import dims_to_restore, normalize_dim, normalize_dims
from .elementwise import divided
from .masks import zero_where
from .registry import function
from .shapes import expand, reshape, unsqueeze


def _zeros(grad: Any, sizes: Sequence[int]) -> Any:
    if isinstance(grad, Tensor):
        return wrap(np.zeros(tuple(sizes), dtype=grad._array.dtype))
    return np.zeros(tuple(sizes), dtype=grad.dtype)


def _alone(grad: Any) -> Any:
    """The cotangent in place of the only element: written, as among several."""
    if isinstance(grad, Tensor):
        return written(OPS["scatter.src"](_zeros(grad, ()), wrap(np.zeros((), np.int64)), grad, dim=0), 2)
    return written(grad.copy(), 2)


@function
def selecting_backward(grad: Any, dim: int, indices: Any, sizes: Sequence[int], keepdim: bool) -> Any:
    """Zeros with the cotangent at the positions ``indices`` along ``dim``."""
    if not sizes:
        return _alone(grad)
    axis = normalize_dim(dim, len(sizes))
    if not keepdim:
        grad = unsqueeze(grad, dim)
        indices = OPS["unsqueeze"](indices, dim=dim) if isinstance(indices, Tensor) else np.expand_dims(indices, axis)
    whole = _zeros(grad, sizes)
    if isinstance(grad, Tensor):
        index = indices if isinstance(indices, Tensor) else wrap(indices)
        return written(OPS["scatter.src"](whole, index, grad, dim=dim), 2)  # filled with 0, then written
    np.put_along_axis(whole, indices, grad, axis)
    return written(whole, 2)


@function
def added_back(grad: Any, x: Any, dim: int, indices: Any) -> Any:
    """Zeros with the cotangent added at the positions ``indices`` along ``dim``, which may repeat."""
    whole = _zeros(grad, x.shape)
    if isinstance(grad, Tensor):
        return written(OPS["scatter_add"](whole, indices, grad, dim=dim), 2)
    if not whole.ndim:
        return _alone(grad)
    if not whole.size:
        return whole
    axis = normalize_dim(dim, whole.ndim)
    places = list(np.ogrid[tuple(slice(n) for n in whole.shape)])
    places[axis] = indices
    np.add.at(whole, tuple(places), grad)
    return written(whole, 2)


@function
def evenly_backward(grad: Any, x: Any, result: Any) -> Any:
    """The cotangent in equal parts for all elements that are the result (or NaN, where the result is)."""
    number = result._array if isinstance(result, Tensor) else result
    mask = NAMESPACE["isnan"](x) if np.isnan(number) else x == result
    if isinstance(grad, Tensor):
        share = OPS["div"](grad, OPS["sum"](mask))
        return written(OPS["masked_fill.Tensor"](_zeros(grad, x.shape), mask, share))
    share = grad / np.add.reduce(mask, axis=None, dtype=x.dtype)
    return written(np.where(mask, share, np.zeros((), dtype=x.dtype)))


def _restored(x: Any, sizes: Sequence[int], dim: Any, keepdim: bool) -> Any:
    """A reduced tensor with its reduced dimensions again, of size 1."""
    if keepdim:
        return x
    dims = normalize_dims(dim, len(sizes))
    shape = tuple(1 if d in dims else n for d, n in enumerate(sizes))
    if dim == ():
        shape = ()
    return reshape(x, shape)


@function
def shared_extremes(grad: Any, x: Any, result: Any, dim: Any, keepdim: bool, is_restored: bool = False) -> Any:
    """The cotangent in equal parts for all elements along ``dim`` that are its extreme."""
    restored = _restored(result, x.shape, dim, keepdim)
    if not is_restored:
        grad = _restored(grad, x.shape, dim, keepdim)
    mask = x == restored
    dims = normalize_dims(dim, x.ndim)
    if isinstance(mask, Tensor):
        return grad / OPS["sum.dim"](mask, dim=dims, keepdim=True) * mask
    count = np.add.reduce(mask, axis=dims, keepdims=True, dtype=x.dtype) if x.ndim else 1
    return grad / count * mask


@function
def shared_both(grads: Sequence[Any], x: Any, low: Any, high: Any, dim: Any, keepdim: bool) -> Any:
    """:func:`shared_extremes` of the least and of the greatest."""
    along = tuple(range(x.ndim)) if dim is None else (dim,)
    parts = [
        shared_extremes(_restored(grad, x.shape, along, keepdim), x, result, along, keepdim, True)
        for grad, result in zip(grads, (low, high), strict=False)
        if grad is not None
    ]
    return parts[0] if len(parts) == 1 else written(parts[0] + parts[1])


@function
def nansum_backward(grad: Any, x: Any, dim: Any, keepdim: bool) -> Any:
    """The cotangent of a sum, where there was a number."""
    if dim is not None and not keepdim and x.shape:
        for d in dims_to_restore(dim, len(x.shape)):
            grad = unsqueeze(grad, d)
    present = NAMESPACE["logical_not"](NAMESPACE["isnan"](x))
    return expand(grad, x.shape) * present


@function
def var_backward(grad: Any, x: Any, dim: Any, correction: Any, keepdim: bool) -> Any:
    """The cotangent of a variance's operand."""
    lead = 1 if correction is None else correction
    if dim is None or not x.shape:
        dims: tuple[int, ...] = tuple(range(len(x.shape)))
        mean = OPS["mean"](x, dtype=None) if isinstance(x, Tensor) else np.mean(x)
    else:
        dims = normalize_dims(dim, len(x.shape))
        if not keepdim and len(x.shape) > 1:
            for d in dims_to_restore(dim, len(x.shape)):
                grad = unsqueeze(grad, d)
        if isinstance(x, Tensor):
            mean = OPS["mean.dim"](x, dim=dim, keepdim=True)
        else:
            mean = np.mean(x, axis=dims, keepdims=True)
    freedom = math.prod(x.shape[d] for d in dims) - lead
    distance = x - mean
    factor = 2.0 / freedom if freedom > 0 else (math.nan if freedom else math.inf)
    return (OPS["mul.Scalar"](grad, other=factor) if isinstance(grad, Tensor) else grad * factor) * distance


@function
def std_backward(grad: Any, x: Any, result: Any, dim: Any, correction: Any, keepdim: bool) -> Any:
    """The cotangent of a standard deviation's operand; none where it is 0."""
    doubled = OPS["mul.Scalar"](result, other=2) if isinstance(result, Tensor) else result * 2
    of_variance = zero_where(grad / doubled, result == 0)
    return var_backward(of_variance, x, dim, correction, keepdim)


def _with_mean(spread: Any, grads: Sequence[Any], x: Any, dim: Any, keepdim: bool) -> Any:
    if grads[1] is None:
        return spread
    dims = normalize_dims(dim, len(x.shape))
    grad = grads[1]
    if not keepdim and dim is not None:
        for d in dims_to_restore(dim, len(x.shape)):
            grad = unsqueeze(grad, d)
    even = divided(expand(grad, x.shape), math.prod(x.shape[d] for d in dims))
    return even if spread is None else spread + even


@function
def var_mean_backward(grads: Sequence[Any], x: Any, dim: Any, correction: Any, keepdim: bool) -> Any:
    """The cotangent of the operand of a variance and a mean."""
    spread = None if grads[0] is None else var_backward(grads[0], x, dim, correction, keepdim)
    return _with_mean(spread, grads, x, dim, keepdim)


@function
def std_mean_backward(grads: Sequence[Any], x: Any, std: Any, dim: Any, correction: Any, keepdim: bool) -> Any:
    """The cotangent of the operand of a standard deviation and a mean."""
    spread = None if grads[0] is None else std_backward(grads[0], x, std, dim, correction, keepdim)
    return _with_mean(spread, grads, x, dim, keepdim)


@function
def logsumexp_backward(grad: Any, x: Any, result: Any, dim: Any, keepdim: bool) -> Any:
    """The cotangent times softmax."""
    if not keepdim and x.shape:
        dims = dims_to_restore(dim, len(x.shape))
        for d in dims:
            grad = unsqueeze(grad, d)
        for d in dims:
            result = unsqueeze(result, d)
    return grad * NAMESPACE["exp"](x - result)


@function
def in_dtype(x: Any, kind: Any) -> Any:
    """The same in another dtype, before anything is computed with it."""
    if isinstance(x, Tensor):
        return x if x._array.dtype == kind else OPS["to_copy"](x, dtype=dtypes._BY_NUMPY[kind])
    return x.astype(kind, copy=False)
