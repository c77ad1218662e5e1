"""Zeros, and zeros where a condition holds."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import Array
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
    if x.size > _FEW and (whole := _WHOLE.get(x.dtype)) is not None and _are_rows_alike(x, condition):
        # In a third of the time that a choice takes: what is to stay is multiplied by 1 as if its bits were an integer.
        kept = np.empty_like(x)
        np.multiply(x.view(whole), ~condition, out=kept.view(whole))
        return kept
    return np.where(condition, np.zeros((), dtype=x.dtype), x)


_FEW = 1000
_WHOLE = {np.dtype(np.float32): np.dtype(np.int32), np.dtype(np.float64): np.dtype(np.int64)}


def _are_rows_alike(x: Array, condition: Any) -> bool:
    """Whether a condition says of each element by itself, and both lie row by row."""
    return bool(
        condition.dtype == np.bool_
        and condition.shape == x.shape
        and x.flags.c_contiguous
        and condition.flags.c_contiguous
    )


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
