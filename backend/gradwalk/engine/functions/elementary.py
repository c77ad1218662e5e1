"""Slopes of elementary functions, evaluated in the order of PyTorch's C++, which shows in second graphs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import skip_sequence_number
from ..op import NAMESPACE, OPS
from ..tensor import Tensor, wrap
from ..written import written
from .elementwise import divided, one_minus, scaled, shifted
from .masks import zero_if, zero_where, zeros_of
from .powers import power
from .registry import function, on_arrays

on_arrays("isfinite", np.isfinite)
on_arrays("logical_or", np.logical_or)
_TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)


def kept_where(x: Any, condition: Any) -> Any:
    """``x`` where a condition holds, as PyTorch's ``where(condition, x, 0)``."""
    if isinstance(x, Tensor):
        return OPS["where"](condition, x, wrap(np.zeros((), dtype=x._array.dtype)))
    return np.where(condition, x, np.zeros((), dtype=x.dtype))


@function
def clamp_backward(grad: Any, x: Any, min: Any, max: Any) -> Any:
    """The cotangent where nothing was cut off."""
    if min is None and max is None:
        return grad
    if min is not None and max is not None:
        return kept_where(grad, NAMESPACE["logical_and"](x >= min, x <= max))
    return kept_where(grad, x >= min if max is None else x <= max)


@function
def clamp_min_backward(grad: Any, x: Any, min: Any, max: Any) -> Any:
    """What flows to a lower bound that is a tensor."""
    if max is None:
        return kept_where(grad, x < min)
    return kept_where(grad, NAMESPACE["logical_and"](min < max, x < min))


@function
def clamp_max_backward(grad: Any, x: Any, min: Any, max: Any) -> Any:
    """What flows to an upper bound that is a tensor."""
    if min is None:
        return kept_where(grad, x > max)
    above = NAMESPACE["logical_or"](x > max, max < min)
    return kept_where(grad, above)


@function
def extreme_backward(grad: Any, equal: Any, loses: Any) -> Any:
    """What flows to one side of maximum or minimum: all where it won, half where both are equal."""
    return written(zero_where(NAMESPACE["where"](equal, divided(grad, 2), grad), loses))


@function
def erf_backward(grad: Any, x: Any, sign: float) -> Any:
    """The cotangent of erf's (sign 1) or erfc's (sign -1) operand."""
    return scaled(NAMESPACE["exp"](-power(x, 2)), sign * _TWO_OVER_ROOT_PI) * grad


@function
def erfinv_backward(grad: Any, x: Any) -> Any:
    """The cotangent of erfinv's operand."""
    return scaled(NAMESPACE["exp"](power(NAMESPACE["erfinv"](x), 2)), 0.5 * math.sqrt(math.pi)) * grad


@function
def atan2_backward(grad: Any, x: Any, y: Any, needs: Sequence[bool]) -> tuple[Any, Any]:
    """The cotangents of an angle's opposite and adjacent sides."""
    right, left = y * y, x * x
    length = left + right
    inverse = zero_where(NAMESPACE["reciprocal"](length), length == 0)
    of_x = grad * y * inverse if needs[0] else None
    return of_x, grad * -x * inverse if needs[1] else None


@function
def logaddexp_slope(x: Any, y: Any) -> Any:
    """``1 + exp(y - x)``, by which the cotangent of logaddexp's first operand is divided."""
    return shifted(NAMESPACE["exp"](y - x), 1)


@function
def logaddexp2_slope(x: Any, y: Any) -> Any:
    """``1 + 2 ** (y - x)``."""
    return shifted(power(2, y - x), 1)


@function
def logit_backward(grad: Any, x: Any, eps: Any) -> Any:
    """The cotangent of logit's operand; none outside of its domain."""
    slope = x * one_minus(x)
    found = grad / slope
    low, high = (0.0, 1.0) if eps is None else (eps, 1 - eps)
    inside = NAMESPACE["logical_and"](x >= low, x <= high)
    if eps is not None:
        return kept_where(found, inside)
    outside = np.asarray(math.nan, dtype=found._array.dtype if isinstance(found, Tensor) else found.dtype)
    return NAMESPACE["where"](inside, found, wrap(outside) if isinstance(found, Tensor) else outside)


@function
def xlogy_backward(grad: Any, x: Any, y: Any, name: str) -> Any:
    """The cotangent of the factor of a logarithm: none where it is 0 and the logarithm has none."""
    bound: Any = 0 if name == "xlogy" else -1
    if not isinstance(y, np.ndarray | Tensor):
        found = OPS[f"{name}.Scalar_Other"](grad, other=y) if isinstance(grad, Tensor) else NAMESPACE[name](grad, y)
        return zero_where(found, x == 0) if bound >= y else found
    found = NAMESPACE[name](grad, y)
    undefined = y <= bound
    return zero_where(found, NAMESPACE["logical_and"](x == 0, undefined))


@function
def copysign_backward(grad: Any, x: Any, result: Any) -> Any:
    """The cotangent of a magnitude whose sign was replaced."""
    return grad * zero_where(result / x, x == 0)


@function
def sinc_backward(grad: Any, x: Any) -> Any:
    """The cotangent of ``sin(pi x) / (pi x)``'s operand."""
    angle = scaled_always(x, math.pi)
    square = scaled_always(x * x, math.pi)
    sine = NAMESPACE["sin"](angle)
    cosine = NAMESPACE["cos"](angle)
    return zero_if(grad * ((angle * cosine - sine) / square), x == 0)


@function
def truncated_quotient(x: Any, y: Any, rounding_mode: str) -> Any:
    """``x / y`` rounded, which remainders subtract."""
    if isinstance(x, Tensor) or isinstance(y, Tensor):
        return OPS["div.Tensor_mode"](x, y, rounding_mode=rounding_mode)
    return np.floor_divide(x, y) if rounding_mode == "floor" else np.trunc(x / y)


@function
def addcdiv_backward(grad: Any, a: Any, b: Any, value: float) -> Any:
    """The cotangent of addcdiv's divisor."""
    square = b * b
    slope = scaled_always(a, value) / square
    return -grad * slope


@function
def scaled_always(x: Any, factor: float) -> Any:
    """``x * factor``, recorded even for a factor of 1."""
    return OPS["mul.Scalar"](x, other=factor) if isinstance(x, Tensor) else x * factor


@function
def constant_over(value: float, x: Any) -> Any:
    """A number divided by ``x``, the number as a tensor."""
    if isinstance(x, Tensor):
        return OPS["div"](wrap(np.full_like(x._array, value)), x)
    return value / x


@function
def finite(x: Any) -> Any:
    """Where a number is neither infinite nor NaN. PyTorch looks at its absolute value, which takes a number."""
    if isinstance(x, Tensor):
        skip_sequence_number()
    return NAMESPACE["isfinite"](x)


@function
def flat(grad: Any, x: Any) -> Any:
    """Zeros: what is rounded has no slope. The operand is named because PyTorch keeps it."""
    return zeros_of(grad)


@function
def rsqrt_backward(grad: Any, result: Any) -> Any:
    """The cotangent of a reciprocal root's operand, the power first."""
    cube = power(result, 3)
    return scaled_always(grad, -0.5) * cube


@function
def atanh_backward(grad: Any, x: Any) -> Any:
    """The cotangent of atanh's operand, the divisor first."""
    slope = one_minus(power(x, 2))
    return scaled_always(grad, 1) / slope


@function
def minus(x: Any, number: float) -> Any:
    """``x`` less a number."""
    return OPS["sub.Scalar"](x, other=number) if isinstance(x, Tensor) else x - number


@function
def quotient_of_product(grad: Any, x: Any, y: Any) -> Any:
    """``grad * x / (y + 1)``, the divisor first."""
    divisor = shifted(y, 1)
    return grad * x / divisor


@function
def remainder_backward(grad: Any, x: Any, y: Any, rounding_mode: str) -> Any:
    """The cotangent of a remainder's divisor: minus how often it was taken."""
    times = truncated_quotient(x, y, rounding_mode)
    return -grad * times


@function
def lerp_self(grad: Any, weight: float) -> Any:
    """What flows to the start of an interpolation."""
    return scaled_always(grad, 1 - weight)


def _wins(condition: Any, other: Any) -> Any:
    """Whether the first operand of fmax or fmin is taken: it wins, or the other is no number."""
    missing = OPS["isnan"](other) if isinstance(other, Tensor) else np.isnan(other)
    return NAMESPACE["logical_or"](condition, missing)


@function
def zero_unless(grad: Any, condition: Any, other: Any) -> Any:
    """The cotangent where the first operand was taken."""
    return zero_where(grad, NAMESPACE["logical_not"](_wins(condition, other)))


@function
def zero_where_wins(grad: Any, condition: Any, other: Any) -> Any:
    """The cotangent where the second operand was taken."""
    return zero_where(grad, _wins(condition, other))
