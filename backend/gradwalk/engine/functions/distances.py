"""Cotangents of traces, cross products and distances."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from .. import cascade, products
from ..dtypes import Array
from ..op import NAMESPACE, OPS
from ..product_orders import fused
from ..tensor import Tensor, wrap
from .matrix_algebra import product, turned
from .registry import function
from .shapes import unsqueeze


@function
def trace_backward(grad: Any, sizes: Sequence[int]) -> Any:
    """The cotangent on the diagonal of zeros."""
    places = np.arange(min(sizes)) * (sizes[1] + 1)
    if isinstance(grad, Tensor):
        zeros = wrap(np.zeros(prod(sizes), dtype=grad._array.dtype))
        return OPS["view"](OPS["index_fill.Tensor"](zeros, wrap(places), grad, dim=0), size=tuple(sizes))
    flat = np.zeros(prod(sizes), dtype=grad.dtype)
    flat[places] = grad
    return flat.reshape(tuple(sizes))


@function
def cross_of(a: Any, b: Any, dim: int) -> Any:
    """The cross product of vectors along a dimension."""
    if isinstance(a, Tensor) or isinstance(b, Tensor):
        return OPS["linalg_cross"](a, b, dim=dim)
    return np.cross(a, b, axis=dim)


@function
def cdist_side(grad: Any, x: Any, y: Any, p: float, result: Any) -> Any:
    """The cotangent of the first points by their distances to the second."""
    if isinstance(grad, Tensor):
        return OPS["cdist_backward"](_in_rows(grad), x, y, result, p=p)
    return cdist_slope(grad, x, y, result, p)


@function
def cdist_other_side(grad: Any, x: Any, y: Any, p: float, result: Any) -> Any:
    """The cotangent of the second points; C++ turns the distances before the cotangent."""
    distances = across(result)
    return cdist_side(across(grad), y, x, p, distances)


@function
def across(x: Any) -> Any:
    """Rows for columns, laid out row by row."""
    return _in_rows(turned(x))


def _in_rows(x: Any) -> Any:
    """A copy of a tensor that does not lie row by row; else itself."""
    return OPS["clone.contiguous"](x) if isinstance(x, Tensor) and not x._array.flags.c_contiguous else x


_IN_GROUPS = 16
"""Bytes: as many terms as these hold are added as they are, and what is left of a row with products that are fused."""
_FEW_PAIRS = 64


def distances_of_pairs(x: Array, y: Array, p: float) -> Array:
    """The distances between each two rows: terms are added up one after the other, as PyTorch's loop does."""
    if p == float("inf"):
        return np.asarray(np.maximum.reduce(_gaps(x, y), axis=-1, initial=0))
    if p == 0:
        return np.asarray(np.add.reduce(_gaps(x, y) != 0, axis=-1, dtype=x.dtype))
    whole = x.shape[-1]
    if p == 2:
        whole -= whole % (_IN_GROUPS // x.itemsize)
    total = _sum_of_powers(x[..., :whole], y[..., :whole], p)
    for i in range(whole, x.shape[-1]):
        gap = np.abs(x[..., :, None, i] - y[..., None, :, i])
        total = fused(gap, gap, total)
    return np.sqrt(total) if p == 2 else total if p == 1 else total ** (1 / p)


def _gaps(x: Array, y: Array) -> Array:
    return np.asarray(np.abs(x[..., :, None, :] - y[..., None, :, :]))


def _sum_of_powers(x: Array, y: Array, p: float) -> Array:
    """Of many pairs a term of all at a time; of few ones all terms at once."""
    shape = (*np.broadcast_shapes(x.shape[:-2], y.shape[:-2]), x.shape[-2], y.shape[-2])
    if prod(shape) < _FEW_PAIRS and x.shape[-1]:
        return np.add.accumulate(_raised(_gaps(x, y), p), axis=-1)[..., -1]
    total = np.zeros(shape, x.dtype)
    for of_x, of_y in zip(np.moveaxis(x, -1, 0).copy(), np.moveaxis(y, -1, 0).copy(), strict=True):
        gap = of_x[..., :, None] - of_y[..., None, :]
        total += _raised(np.abs(gap, out=gap), p)
    return total


def _raised(x: Array, p: float) -> Array:
    return x if p == 1 else np.multiply(x, x, out=x) if p == 2 else x**p


def euclidean(x: Array, y: Array) -> Array:
    """Euclidean distances between each two of many rows, by one product: of rows with their squares and ones."""
    norms = [cascade.reduce(each * each, (each.ndim - 1,), keepdims=True) for each in (x, y)]
    left = np.concatenate((x * x.dtype.type(-2), norms[0], np.ones_like(norms[0])), axis=-1)
    right = np.concatenate((y, np.ones_like(norms[1]), norms[1]), axis=-1)
    multiply = products.product if x.ndim == 2 else products.of_batch
    return np.asarray(np.sqrt(np.maximum(multiply(left, right.swapaxes(-1, -2)), 0)))


def cdist_slope(grad: Any, x: Any, y: Any, result: Any, p: float) -> Any:
    """The forward of ``cdist_backward``, on arrays."""
    difference = unsqueeze(x, -2) - unsqueeze(y, -3)
    along, distance = unsqueeze(grad, -1), unsqueeze(result, -1)
    zero = distance == 0
    if p == 2:
        slope = NAMESPACE["zero_where"](along * difference / distance, zero)
    elif p == 1:
        slope = np.sign(difference) * along
    elif p == 0:
        slope = difference * 0
    elif p == float("inf"):
        slope = np.sign(difference) * along * (np.abs(difference) == distance)
    else:
        size = np.abs(difference)
        slope = np.sign(difference) * size ** (p - 1) * along / distance ** (p - 1)
        slope = NAMESPACE["zero_where"](slope, zero | (size == 0))
    return np.add.reduce(slope, axis=slope.ndim - 2)


@function
def euclidean_backward(grad: Any, x: Any, y: Any, result: Any) -> tuple[Any, Any]:
    """The cotangents of two sets of points by their Euclidean distances; zero where two points are one."""
    ratio = NAMESPACE["zero_where"](grad / result, result == 0)
    of_x = x * NAMESPACE["summed"](ratio, -1) - product(ratio, y)
    of_y = y * unsqueeze(_sum_rows(ratio), -1) - product(turned(ratio), x)
    return of_x, of_y


def _sum_rows(x: Any) -> Any:
    if isinstance(x, Tensor):
        return OPS["sum.dim"](x, dim=(-2,), keepdim=False)
    return cascade.reduce(x, (x.ndim - 2,))


def _pairs(x: Any) -> tuple[Any, Any]:
    return np.triu_indices(x.shape[0], 1)


def pdist(x: Any, p: float) -> Any:
    """The forward of ``_pdist``: the distances between each two rows, on arrays."""
    first, second = _pairs(x)
    gaps = np.abs(x[first] - x[second])
    if p == 2:
        return np.sqrt(np.add.reduce(gaps * gaps, axis=-1))
    if p == 0:
        return np.add.reduce(gaps != 0, axis=-1, dtype=x.dtype)
    if p == float("inf"):
        return np.maximum.reduce(gaps, axis=-1, initial=0)
    return np.add.reduce(gaps**p, axis=-1) ** (1 / p)


@function
def pdist_backward(grad: Any, x: Any, p: float, result: Any) -> Any:
    """The cotangent of points by the distances between each two of them."""
    if isinstance(grad, Tensor):
        return OPS["_pdist_backward"](grad, x, result, p=p)
    return pdist_slope(grad, x, result, p)


def pdist_slope(grad: Any, x: Any, result: Any, p: float) -> Any:
    """The forward of ``_pdist_backward``, on arrays."""
    first, second = _pairs(x)
    of_x = np.zeros_like(x)
    for at, other, along, distance in zip(first, second, grad, result, strict=True):
        slope = cdist_slope(along.reshape(1, 1), x[None, at], x[None, other], distance.reshape(1, 1), p)[0]
        of_x[at] += slope
        of_x[other] -= slope
    return of_x
