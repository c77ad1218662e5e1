"""Powers and their slopes."""

from __future__ import annotations

import cmath
import math
from typing import Any

import numpy as np

from ..core import at_once
from ..dtypes import INEXACT
from ..elementary import power as to_the_power
from ..elementary import power_by_number
from ..errors import WITHOUT_BOOL
from ..modes import COMPLEX_NUMBERS, UNUSUAL
from ..op import NAMESPACE, OPS
from ..tensor import Tensor, wrap
from .elementwise import scaled
from .masks import zero_if, zeros_of
from .registry import function
from .selections import in_dtype


@function
def power(x: Any, exponent: Any) -> Any:
    """``x ** exponent``, with PyTorch's shortcuts for the exponents that lessons use."""
    if isinstance(x, Tensor) or isinstance(exponent, Tensor):
        return x**exponent
    if not isinstance(exponent, np.ndarray) and isinstance(x, np.ndarray) and x.dtype.kind in INEXACT:
        if exponent == 2:
            return x * x
        if exponent == 3:
            return x * x * x
        if exponent == 0.5:
            return np.sqrt(x)
        if exponent == -1:
            return 1 / x
        if exponent == -0.5:
            return 1 / np.sqrt(x)
        if exponent == -2:
            return 1 / (x * x)
    if COMPLEX_NUMBERS in UNUSUAL and (np.iscomplexobj(x) or np.iscomplexobj(exponent)):
        return _complex_power(x, exponent)
    if isinstance(x, np.ndarray) and x.dtype == np.float32 and type(exponent) in (int, float):
        return power_by_number(x, exponent)
    return to_the_power(x, exponent) if np.result_type(x, exponent) == np.float32 else np.power(x, exponent)


def _complex_power(x: Any, exponent: Any) -> Any:
    """As C's library has it; numpy multiplies for whole exponents, which rounds otherwise."""
    kind = np.result_type(x, exponent)
    if not isinstance(exponent, np.ndarray) and exponent == 1:
        return x.astype(kind)
    x, exponent = np.asarray(x, kind), np.asarray(exponent, kind)
    return np.where(x == 0, np.power(x, exponent), np.exp(exponent * np.log(x)))


@function
@at_once
def power_slope(x: Any, exponent: float) -> Any:
    """The derivative of ``x ** exponent`` by x, ``exponent * x ** (exponent - 1)``; 0 for exponent 0."""
    if exponent == 0:
        return zeros_of(x)
    factor = exponent if isinstance(exponent, complex) else float(exponent)
    below = power(x, factor - 1)
    if isinstance(x, Tensor):
        return OPS["mul.Scalar"](below, other=factor)
    return below * exponent


@function
def power_slopes(x: Any, exponent: Any) -> Any:
    """:func:`power_slope` for an exponent that is a tensor, element by element. Raises RuntimeError for booleans."""
    array = exponent._array if isinstance(exponent, Tensor) else exponent
    if array.dtype.kind == "b":
        raise RuntimeError(WITHOUT_BOOL)
    lower = OPS["sub.Scalar"](exponent, other=1) if isinstance(exponent, Tensor) else exponent - 1
    return exponent * power(x, lower)


@function
def power_log(base: Any, exponent: Any, result: Any) -> Any:
    """The derivative of ``base ** exponent`` by the exponent: ``result * log(base)``; 0 for 0 to a power >= 0."""
    if not isinstance(base, np.ndarray | Tensor):
        if base == 0:
            return zero_if(scaled(result, -math.inf), _at_least_zero(exponent))
        if isinstance(base, complex) or _is_complex(result):
            return scaled(result, cmath.log(base))
        return scaled(result, math.log(base) if base > 0 else math.nan)
    kind = (result._array if isinstance(result, Tensor) else result).dtype
    slope = result * NAMESPACE["log"](in_dtype(base, kind))
    return zero_if(slope, NAMESPACE["logical_and"](base == 0, _at_least_zero(exponent)))


def _is_complex(x: Any) -> bool:
    return (x._array if isinstance(x, Tensor) else x).dtype.kind == "c"


def _at_least_zero(exponent: Any) -> Any:
    """Whether an exponent is a real number of at least 0."""
    array = exponent._array if isinstance(exponent, Tensor) else exponent
    if not _is_complex(exponent):
        return exponent >= 0
    found = (array.imag == 0) & (array.real >= 0)
    return wrap(found) if isinstance(exponent, Tensor) else found
