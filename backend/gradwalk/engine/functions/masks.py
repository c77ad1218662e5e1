"""Zeros, and zeros where a condition holds."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import OPS
from ..tensor import Tensor, wrap
from ..written import written
from .dims import normalize_dims
from .registry import function


@function
def zeros_of(x: Any) -> Any:
    """Zeros of the same shape and dtype."""
    return OPS["zeros_like"](x) if isinstance(x, Tensor) else np.zeros_like(x)


@function
def nothing_for(grad: Any, sizes: Any) -> Any:
    """Zeros of the given sizes, of the cotangent's dtype."""
    if isinstance(grad, Tensor):
        return wrap(np.zeros(tuple(sizes), dtype=grad._array.dtype))
    return np.zeros(tuple(sizes), dtype=grad.dtype)


@function
def nothing_filled(grad: Any, sizes: Any, kind: np.dtype[Any]) -> Any:
    """:func:`nothing_for` in an operand's own dtype, filled in place."""
    zeros = np.zeros(tuple(sizes), kind)
    return written(wrap(zeros) if isinstance(grad, Tensor) else zeros)


@function
def zero_where(x: Any, condition: Any) -> Any:
    """``x`` with zeros where the condition holds."""
    if isinstance(x, Tensor):
        return OPS["masked_fill"](x, condition, value=0)
    return np.where(condition, np.zeros((), dtype=x.dtype), x)


@function
def zero_if(x: Any, condition: Any) -> Any:
    """:func:`zero_where`, as a choice between two tensors."""
    if isinstance(x, Tensor):
        return OPS["where"](condition, wrap(np.zeros((), dtype=x._array.dtype)), x)
    return zero_where(x, condition)


def count_true(mask: Any, dim: Any) -> Any:
    """How many are true along ``dim``, in the shape that broadcasts back."""
    if isinstance(mask, Tensor):
        return OPS["sum.dim"](mask, dim=normalize_dims(dim, mask.ndim), keepdim=True)
    return np.sum(mask, axis=normalize_dims(dim, mask.ndim), keepdims=True) if np.ndim(mask) else mask
