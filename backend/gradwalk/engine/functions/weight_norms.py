"""A weight as a length and a direction, and what that passes back to both."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import Array
from ..op import NAMESPACE, OPS
from ..tensor import Tensor
from .registry import function


def _total(x: Any, dim: int) -> Any:
    """Summed over all dimensions but one."""
    dims = tuple(d for d in range(len(x.shape)) if d != dim % len(x.shape))
    return OPS["sum.dim"](x, dim=dims, keepdim=True) if isinstance(x, Tensor) else x.sum(axis=dims, keepdims=True)


def weight_norm(v: Array, g: Array, dim: int) -> tuple[Array, Array]:
    """``v`` with the lengths ``g``, and the lengths it had."""
    lengths: Array = np.sqrt(_total(v * v, dim))
    return v * (g / lengths), lengths


@function
def weight_norm_g(grad: Any, v: Any, dim: int) -> Any:
    """The cotangent of the lengths."""
    return _total(grad * v, dim) * NAMESPACE["rsqrt"](_total(v * v, dim))


@function
def weight_norm_v(grad: Any, v: Any, g: Any, dim: int) -> Any:
    """The cotangent of the direction."""
    inverse = NAMESPACE["rsqrt"](_total(v * v, dim))
    along = v * (_total(grad * v, dim) * inverse * inverse)
    return (grad - along) * (g * inverse)
