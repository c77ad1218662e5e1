"""Powers and their slopes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..dtypes import FLOATS
from ..op import NAMESPACE, OPS
from ..tensor import Tensor
from .elementwise import scaled
from .masks import zero_if, zeros_of
from .registry import function
from .selections import in_dtype


@function
def power(x: Any, exponent: Any) -> Any:
    """``x ** exponent``, with PyTorch's shortcuts for the exponents that lessons use."""
    if isinstance(x, Tensor) or isinstance(exponent, Tensor):
        return x**exponent
    if not isinstance(exponent, np.ndarray) and isinstance(x, np.ndarray) and x.dtype.kind in FLOATS:
        if exponent == 2:
            return x * x
        if exponent == 3:
            return x * x * x
        if exponent == 0.5:
            return np.sqrt(x)
        if exponent == -1:
            return 1 / x
        if exponent == -2:
            return 1 / (x * x)
    return np.power(x, exponent)


@function
def power_slope(x: Any, exponent: float) -> Any:
    """The derivative of ``x ** exponent`` by x, ``exponent * x ** (exponent - 1)``; 0 for exponent 0."""
    if exponent == 0:
        return zeros_of(x)
    below = power(x, float(exponent) - 1)
    if isinstance(x, Tensor):
        return OPS["mul.Scalar"](below, other=float(exponent))
    return below * exponent


@function
def power_slopes(x: Any, exponent: Any) -> Any:
    """:func:`power_slope` for an exponent that is a tensor, element by element."""
    lower = OPS["sub.Scalar"](exponent, other=1) if isinstance(exponent, Tensor) else exponent - 1
    return exponent * power(x, lower)


@function
def power_log(base: Any, exponent: Any, result: Any) -> Any:
    """The derivative of ``base ** exponent`` by the exponent: ``result * log(base)``; 0 for 0 to a power >= 0."""
    if not isinstance(base, np.ndarray | Tensor):
        if base == 0:
            return zero_if(scaled(result, -math.inf), exponent >= 0)
        return scaled(result, math.log(base) if base > 0 else math.nan)
    kind = (result._array if isinstance(result, Tensor) else result).dtype
    slope = result * NAMESPACE["log"](in_dtype(base, kind))
    return zero_if(slope, NAMESPACE["logical_and"](base == 0, exponent >= 0))
