"""What undoes a sum: spreading a cotangent over what was summed, and summing it over what was spread."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..apply import apply_in_place
from ..cascade import reduce
from ..op import NAMESPACE, OPS
from ..reduced import widened
from ..tensor import Tensor
from .dims import dims_to_restore, normalize_dims
from .masks import count_true, zero_where
from .registry import function
from .shapes import expand, reshape, unsqueeze


@function
def sum_backward(grad: Any, sizes: Sequence[int], dim: Any, keepdim: bool) -> Any:
    """Spread the cotangent of a sum over the elements that were summed."""
    if not keepdim and sizes:
        for d in dims_to_restore(dim, len(sizes)):
            grad = unsqueeze(grad, d)
    return expand(grad, sizes)


@function
def summed(x: Any, dim: Any) -> Any:
    """Sum along ``dim``, which stays as a dimension of size 1."""
    dims = normalize_dims(dim, x.ndim)
    if isinstance(x, Tensor):
        return OPS["sum.dim"](x, dim=dims, keepdim=True)
    return reduce(x, dims, True) if np.ndim(x) else x


@function
def total(x: Any) -> Any:
    """The sum of all elements."""
    return OPS["sum"](x) if isinstance(x, Tensor) else np.asarray(reduce(x), dtype=x.dtype)


@function
def count_along(sizes: Sequence[int], dim: Any) -> int:
    """How many elements a reduction over ``dim`` takes together."""
    return math.prod(sizes[d] for d in normalize_dims(dim, len(sizes))) if len(sizes) else 1


@function
def sum_to_size(x: Any, size: tuple[int, ...]) -> Any:
    """Sum over the dimensions along which something of shape ``size`` was broadcast."""
    leading = len(x.shape) - len(size)
    stretched = tuple(i for i in range(leading, len(x.shape)) if size[i - leading] == 1 and x.shape[i] != 1)
    dims = tuple(range(leading)) + stretched
    if isinstance(x, Tensor):
        if not size:
            return OPS["sum"](x)
        if dims:
            x = OPS["sum.dim"](x, dim=dims, keepdim=True)
        return reshape(x, size) if leading else x
    if leading and not size:
        return np.asarray(reduce(widened(x)), dtype=x.dtype)
    if dims:
        x = reduce(widened(x), dims, True).astype(x.dtype, copy=False)
    return x.reshape(size) if leading or x.ndim == 0 else x


@function
def norm_backward(grad: Any, x: Any, ord: float, norm: Any, dim: Any, keepdim: bool) -> Any:
    """The cotangent of a vector norm's operand; zero where the norm is zero, as PyTorch chooses; none of a count."""
    if ord == 0:
        return None
    sizes = x.shape
    if dim is not None and sizes and not keepdim:
        dims = dims_to_restore(dim, len(sizes))
        for d in dims:
            grad = unsqueeze(grad, d)
        for d in dims:
            norm = unsqueeze(norm, d)
    if ord == 1:
        return NAMESPACE["sgn"](x) * grad
    if ord == 2:
        return grad * zero_where(x / norm, norm == 0)
    if math.isinf(ord):
        at_extreme = (NAMESPACE["absolute"](x) == norm) | (NAMESPACE["isnan"](x) & NAMESPACE["isnan"](norm))
        share = (grad / count_true(at_extreme, dim)) * at_extreme
        return NAMESPACE["sgn"](x) * share
    magnitude = NAMESPACE["absolute"](x)
    if ord < 1:
        size = zero_where(_raised(magnitude, ord - 1), x == 0)
        self_scaled = NAMESPACE["sgn"](x) * size
        slope = norm ** float(1 - ord)
        return self_scaled * grad * slope
    if ord < 2:
        size = _raised(magnitude, ord - 1)
        self_scaled = NAMESPACE["sgn"](x) * size
    else:
        size = _raised(magnitude, ord - 2)
        self_scaled = x * size
    return self_scaled * zero_where(grad / norm ** float(ord - 1), norm == 0)


def _raised(x: Any, exponent: float) -> Any:
    """A fresh tensor or array to a power, in place."""
    if isinstance(x, Tensor):
        return apply_in_place(OPS["pow.Tensor_Scalar"], x, exponent=float(exponent))
    return x ** float(exponent)


@function
def minus_norm_backward(grad: Any, gap: Any, ord: float, norm: Any) -> Any:
    """The cotangent of what was taken from the operand of a norm; PyTorch negates it even where there is none."""
    along = norm_backward(grad, gap, ord, norm, None, False)
    if along is None:
        raise RuntimeError(
            "Expected a proper Tensor but got None (or an undefined Tensor in C++) for argument #0 'self'"
        )
    return -along
