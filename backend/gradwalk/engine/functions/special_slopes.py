"""Slopes of special functions, evaluated in the order of PyTorch's C++, which shows in second graphs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import dtypes
from ..graph import skip_sequence_number
from ..limits import finfo
from ..op import NAMESPACE, OPS
from ..tensor import Tensor, wrap
from .elementary import kept_where, minus, scaled_always
from .elementwise import divided, shifted
from .powers import power
from .registry import function
from .selections import in_dtype
from .shapes import unsqueeze
from .sums import norm_backward


def _either(x: Any, condition: Any, other: float) -> Any:
    """``x`` where the condition holds, else a number."""
    if isinstance(x, Tensor):
        return OPS["where"](condition, x, wrap(np.asarray(other, dtype=x._array.dtype)))
    return np.where(condition, x, x.dtype.type(other))


def _off_zero(x: Any) -> tuple[Any, Any]:
    """Where ``x`` is not 0, and ``x`` with something harmless where it is."""
    if isinstance(x, Tensor):
        skip_sequence_number()  # PyTorch looks at the absolute value, which takes a number
    array = x._array if isinstance(x, Tensor) else x
    tiny = finfo(dtypes.of(array)).eps
    inside = np.abs(array) > tiny
    condition = wrap(inside) if isinstance(x, Tensor) else inside
    return condition, _either(x, condition, tiny)


@function
def i0e_backward(grad: Any, x: Any, result: Any) -> Any:
    """The cotangent of the scaled Bessel function's operand."""
    decay = NAMESPACE["sgn"](x) * result
    return grad * (NAMESPACE["special_i1e"](x) - decay)


@function
def i1_backward(grad: Any, x: Any, result: Any) -> Any:
    """``I0(x) - I1(x) / x``, and 1/2 at 0, times the cotangent."""
    inside, safe = _off_zero(x)
    part = result * NAMESPACE["reciprocal"](safe)
    return grad * _either(NAMESPACE["i0"](safe) - part, inside, 0.5)


@function
def i1e_backward(grad: Any, x: Any, result: Any) -> Any:
    """``I0e(x) - I1e(x) * (sgn(x) + 1 / x)``, and 1/2 at 0, times the cotangent."""
    inside, safe = _off_zero(x)
    inverse = NAMESPACE["reciprocal"](safe)
    part = result * (NAMESPACE["sgn"](safe) + inverse)
    return grad * _either(NAMESPACE["special_i0e"](safe) - part, inside, 0.5)


@function
def ndtri_backward(grad: Any, result: Any) -> Any:
    """The cotangent of a quantile's probability: over the density there."""
    inverse = NAMESPACE["exp"](divided(power(result, 2), 2))
    return scaled_always(grad, math.sqrt(2 * math.pi)) * inverse


@function
def log_ndtr_backward(grad: Any, x: Any, result: Any) -> Any:
    """The density over the distribution function, times the cotangent."""
    ratio = NAMESPACE["exp"](-(result + divided(power(x, 2), 2)))
    return divided(grad, math.sqrt(2 * math.pi)) * ratio


@function
def erfcx_backward(grad: Any, x: Any, result: Any) -> Any:
    """The cotangent of the scaled error function's operand."""
    return minus(scaled_always(x, 2) * result, 2 / math.sqrt(math.pi)) * grad


@function
def igamma_slope(a: Any, x: Any) -> Any:
    """The integrand of the regularised incomplete gamma function at its end."""
    if isinstance(x, np.ndarray):
        a = np.asarray(a, dtype=x.dtype)
    before = minus(a, 1)
    return NAMESPACE["exp"](before * NAMESPACE["log"](x) - x - NAMESPACE["lgamma"](a))


@function
def igammac_backward(grad: Any, a: Any, x: Any) -> Any:
    """The cotangent of the end from which the rest of the gamma function is taken."""
    slope = igamma_slope(a, x)
    return -grad * slope


@function
def zeta_backward(grad: Any, s: Any, q: Any) -> Any:
    """The cotangent of the first summand of a zeta function."""
    if not isinstance(s, np.ndarray | Tensor):
        rest = OPS["special_zeta.self_scalar"](q, self=s + 1) if isinstance(q, Tensor) else _zeta_of(s + 1, q)
        return scaled_always(grad, -s) * rest
    exponent: Any = s
    following = OPS["add.Scalar"](s, other=1) if isinstance(s, Tensor) else s + 1
    rest = NAMESPACE["special_zeta"](following, q)
    return grad * -exponent * rest


def _zeta_of(s: float, q: Any) -> Any:
    return NAMESPACE["special_zeta"](q.dtype.type(s), q)


@function
def mvlgamma_slope(x: Any, p: int) -> Any:
    """The sum of digamma at ``x``, ``x - 1/2``, ..., ``p`` of them."""
    array = x._array if isinstance(x, Tensor) else x
    halves = np.arange(-p / 2 + 0.5, 0.5, 0.5).astype(array.dtype)
    places = unsqueeze(x, -1)
    if isinstance(x, Tensor):
        return OPS["sum.dim"](OPS["digamma"](OPS["add"](wrap(halves), places)), dim=(-1,), keepdim=False)
    return np.sum(NAMESPACE["digamma"](halves + places), axis=-1)


@function
def ldexp_log(grad: Any, result: Any) -> Any:
    """The cotangent of an exponent of 2."""
    return scaled_always(grad * result, math.log(2))


@function
def two_to(exponents: Any) -> Any:
    """A power of 2. Of whole exponents below zero it is 0, as PyTorch has it, to whose ``pow`` of whole numbers it
    leaves them."""
    x = getattr(exponents, "_array", exponents)
    if x.dtype.kind not in "iu":
        return power(2, exponents)
    whole = np.where(x < 0, 0, np.power(2, np.maximum(x, 0), dtype=x.dtype)).astype(x.dtype)
    return whole if x is exponents else wrap(whole)


@function
def moved_on(grad: Any, x: Any, other: Any) -> Any:
    """The cotangent where the number was not at its end yet."""
    return kept_where(grad, x != other)


@function
def renorm_backward(grad: Any, x: Any, p: float, dim: int, maxnorm: float) -> Any:
    """The cotangent of what had its slices cut to a norm: where they were, what changes the norm is taken out. In
    float64 until its end, as PyTorch adds up float32."""
    dims = tuple(d for d in range(len(x.shape)) if d != dim % len(x.shape))
    norm: Any
    if isinstance(x, Tensor):
        norm = OPS["linalg_vector_norm"](x, ord=p, dim=dims, keepdim=True, dtype=dtypes.float64)
        along: Any = OPS["sum.dim"](x * grad, dim=dims, keepdim=True, dtype=dtypes.float64)
    else:
        norm = OPS["linalg_vector_norm"].forward(x, p, dims, True, dtypes.float64)
        along = np.sum(x * grad, axis=dims, keepdims=True, dtype=np.float64)
    toward = norm_backward(along, x, p, norm, dims, True)
    inverse = NAMESPACE["reciprocal"](shifted(norm, 1e-7))
    sideways = grad - inverse * toward
    shrunk = scaled_always(inverse, maxnorm) * sideways
    kind = (grad._array if isinstance(grad, Tensor) else grad).dtype
    return NAMESPACE["where"](norm > maxnorm, in_dtype(shrunk, kind), grad)
