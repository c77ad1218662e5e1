"""A weight as a length and a direction, and what that passes back to both, added up and rounded as PyTorch's kernel
does.

Lengths of the first dimension are of rows, whose products are added up by vectors; those of the last are of columns,
to whose sums each row's products are added, rounded once. So is the difference of the products in the direction's
cotangent.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..dtypes import Array
from ..fused import plus_products
from ..op import OPS
from ..tensor import Tensor
from .registry import function
from .row_sums import sums_of_rows


def _total(x: Any, dim: int) -> Any:
    """Summed over all dimensions but one."""
    dims = tuple(d for d in range(len(x.shape)) if d != dim % len(x.shape))
    return OPS["sum.dim"](x, dim=dims, keepdim=True)


def _along(x: Array, y: Array, dim: int) -> Array:
    """The sums of products over all dimensions but the first or the last."""
    lengths = [1] * x.ndim
    lengths[dim] = x.shape[dim]
    if not x.size:
        return np.zeros(lengths, x.dtype)
    if dim % x.ndim == 0:
        width = math.prod(x.shape[1:])
        return sums_of_rows((x * y).reshape(-1, width)).reshape(lengths)
    width = x.shape[-1]
    found = np.zeros(width, x.dtype)
    with np.errstate(all="ignore"):
        for a, b in zip(np.ascontiguousarray(x).reshape(-1, width), y.reshape(-1, width), strict=True):
            found = plus_products(found, a, b)
    return found.reshape(lengths)


def weight_norm(v: Array, g: Array, dim: int) -> tuple[Array, Array]:
    """``v`` with the lengths ``g``, and the lengths it had."""
    lengths: Array = np.sqrt(_along(v, v, dim))
    return v * (g / lengths), lengths


@function
def weight_norm_g(grad: Any, v: Any, lengths: Any, dim: int) -> Any:
    """The cotangent of the lengths."""
    if not isinstance(grad, Tensor):
        return _along(grad, v, dim) / lengths
    return _total(grad * v, dim) / OPS["sqrt"](_total(v * v, dim))


@function
def weight_norm_v(grad: Any, v: Any, g: Any, lengths: Any, dim: int) -> Any:
    """The cotangent of the direction."""
    if isinstance(grad, Tensor):  # PyTorch takes the lengths as constants there, which a second derivative misses
        found: Any = OPS["sqrt"](_total(v * v, dim))
        return (g / found) * (grad - v * (_total(grad * v, dim) / (found * found)))
    scale = g / lengths
    along = scale * (_along(grad, v, dim) / lengths) / lengths
    return plus_products(grad * scale, np.ascontiguousarray(np.broadcast_to(-along, v.shape)), v)
