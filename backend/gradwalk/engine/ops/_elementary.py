"""Forwards of elementary functions that are not one numpy expression, on arrays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import dtypes, promotion
from ..dtypes import FLOATS, Array
from ..elementary import exp_in_loops, log, log1p_in_loops, log1p_one_by_one, log_one_by_one, sin_one_by_one
from ..errors import before_memory
from ..fused import plus_product
from ._signed_zeros import of_two
from ._words import C_NAMES, label


def _integers_stay(x: Array, rounded: Any) -> Any:
    return x.copy() if x.dtype.kind in "iu" else rounded(x)


def _no_booleans(x: Array, kernel: str) -> None:
    if x.dtype.kind == "b":
        raise NotImplementedError(f"\"{kernel}\" not implemented for 'Bool'")


def floor(x: Array) -> Any:
    _no_booleans(x, "floor_vml_cpu")
    return _integers_stay(x, np.floor)


def ceil(x: Array) -> Any:
    _no_booleans(x, "ceil_vml_cpu")
    return _integers_stay(x, np.ceil)


def trunc(x: Array) -> Any:
    _no_booleans(x, "trunc_vml_cpu")
    return _integers_stay(x, np.trunc)


def round(x: Array) -> Any:
    _no_booleans(x, "round_vml_cpu")
    return _integers_stay(x, np.rint)


def round_decimals(x: Array, decimals: int) -> Any:
    if x.dtype.kind != "f":
        name = dtypes.of(x).legacy_name.removesuffix("Tensor")
        raise NotImplementedError(f"\"round_vml_cpu\" not implemented for '{name}'")
    ten = x.dtype.type(10.0 ** abs(decimals))
    return np.rint(x / ten) * ten if decimals < 0 else np.rint(x * ten) / ten


def frac(x: Array) -> Any:
    if x.dtype.kind != "f":
        name = dtypes.of(x).legacy_name.removesuffix("Tensor")
        raise NotImplementedError(f"\"frac_cpu\" not implemented for '{name}'")
    return x - np.trunc(x)


def nan_to_num(x: Array, nan: float | None, posinf: float | None, neginf: float | None) -> Any:
    if x.dtype.kind != "f":
        return x.copy()
    limits = np.finfo(x.dtype)
    return np.nan_to_num(
        x,
        nan=0.0 if nan is None else nan,
        posinf=limits.max if posinf is None else posinf,
        neginf=limits.min if neginf is None else neginf,
    )


def logit(x: Array, eps: float | None) -> Any:
    inside = x if eps is None else np.clip(x, eps, 1 - eps)
    return log(inside / (1 - inside))


def sinc(x: Array) -> Any:
    angle = x * x.dtype.type(math.pi)
    return np.where(x == 0, x.dtype.type(1), sin_one_by_one(angle) / angle)


def logaddexp(x: Array, y: Array) -> Any:
    if x.dtype.kind != "f":
        return np.logaddexp(x, y)
    larger = np.maximum(x, y)
    found = larger + log1p_in_loops(exp_in_loops(-np.abs(x - y)))
    return np.where(np.isinf(x) & (x == y), x, found)


def entr(x: Array) -> Any:
    outside = np.where(x == 0, x * 0, -np.inf)
    return np.where(np.isnan(x), x, np.where(x > 0, -x * log_one_by_one(x), outside)).astype(x.dtype)


def fmod(x: Any, y: Any) -> Any:
    _check_divisor("fmod_cpu", x, y)
    return np.fmod(x, y)


def remainder(x: Any, y: Any) -> Any:
    _check_divisor("remainder_cpu", x, y)
    if np.asarray(x).dtype.kind not in FLOATS:
        return np.remainder(x, y)
    rest = np.fmod(x, y)  # a rest of 0 has the sign of the dividend
    return np.where((rest != 0) & (np.less(y, 0) != (rest < 0)), rest + y, rest)


def floor_divide(x: Any, y: Any) -> Any:
    _check_divisor("div_floor_cpu", x, y)
    return np.floor_divide(x, y)


def div_rounded(x: Any, y: Any, rounding_mode: str) -> Any:
    if rounding_mode == "floor":
        return floor_divide(x, y)
    if np.asarray(x).dtype.kind in FLOATS:
        return np.trunc(x / y)
    _check_divisor("div_trunc_cpu", x, y)
    whole = np.floor_divide(x, y)
    return whole + ((np.less(x, 0) != np.less(y, 0)) & (whole * y != x))


def _check_divisor(kernel: str, x: Any, y: Any) -> None:
    kind = np.asarray(x).dtype.kind
    if kind == "b":
        raise NotImplementedError(f"\"{kernel}\" not implemented for 'Bool'")
    if kind not in FLOATS and np.any(np.equal(y, 0)):
        raise RuntimeError("ZeroDivisionError")


def _together(x: Any, y: Any) -> tuple[Any, Any]:
    """Numbers as arrays of the dtype of the other operand."""
    if not isinstance(x, np.ndarray):
        return np.asarray(x, dtype=y.dtype), y
    return x, y if isinstance(y, np.ndarray) else np.asarray(y, dtype=x.dtype)


def xlogy(x: Any, y: Any) -> Any:
    x, y = _together(x, y)
    return np.where(np.equal(x, 0) & ~np.isnan(y), np.zeros((), np.result_type(x, y)), x * log_one_by_one(y))


def xlog1py(x: Any, y: Any) -> Any:
    x, y = _together(x, y)
    return np.where(np.equal(x, 0) & ~np.isnan(y), np.zeros((), np.result_type(x, y)), x * log1p_one_by_one(y))


def lerp(start: Array, end: Array, weight: Any) -> Any:
    for name, other in (("end", end), ("weight", weight)):
        if isinstance(other, np.ndarray) and other.dtype != start.dtype:
            have, want = C_NAMES[other.dtype.name], C_NAMES[start.dtype.name]
            raise before_memory(RuntimeError(f"expected dtype {want} for `{name}` but got dtype {have}"))
    if start.dtype.kind in "biu":
        kernel = "lerp_kernel_tensor" if isinstance(weight, np.ndarray) else "lerp_kernel_scalar"
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{label(start.dtype)}'")
    if not isinstance(weight, np.ndarray):
        weight = promotion.held(weight, start.dtype)
    span = end - start
    nearer = plus_product(start, span, weight)
    farther = plus_product(end, span, np.asarray(weight, start.dtype) - 1)
    return np.where(np.abs(weight) < 0.5, nearer, farther).astype(start.dtype)


def _weight(value: float, x: Array) -> Any:
    """What a product is multiplied by: of floats of 16 bits, PyTorch does that in float32."""
    short = x.dtype.kind in FLOATS and x.dtype.itemsize == 2
    return promotion.held(value, np.dtype(np.float32) if short else x.dtype)


def addcmul(x: Array, a: Array, b: Array, value: float) -> Any:
    if value != 1:
        a = a * _weight(value, x)
    return plus_product(x, a, b)


def addcdiv(x: Array, a: Array, b: Array, value: float) -> Any:
    return x + (a if value == 1 else a * _weight(value, x)) / b


def clamp(x: Array, min: float | None, max: float | None) -> Any:
    x = _lifted(x, min, max)
    if x.dtype.kind == "b":
        kernel = "clamp" if min is not None and max is not None else "clamp_max" if min is None else "clamp_min"
        raise NotImplementedError(f"\"{kernel}_scalar_cpu\" not implemented for 'Bool'")
    low, high = (None if bound is None else promotion.held(bound, x.dtype) for bound in (min, max))
    if low is not None:
        x = np.maximum(low, x)  # in this order -0 stays what it is
    return np.minimum(high, x) if high is not None else x


def _lifted(x: Array, *numbers: float | None) -> Array:
    """``x`` in the dtype that it has together with numbers: they count if they are of a higher kind."""
    kinds = [dtypes.of_scalar(number) for number in numbers if number is not None]
    own = dtypes.of(x)
    highest = max(kinds, key=lambda kind: kind.category)
    return x.astype(highest.numpy) if highest.category > own.category else x


def clamp_tensor(x: Array, min: Array | None, max: Array | None) -> Any:
    if min is not None:
        x = _greater(x, min)
    return x if max is None else _lesser(x, max)


_greater, _lesser = of_two(np.maximum), of_two(np.minimum)


def heaviside(x: Any, values: Any) -> Any:
    return np.where(x == 0, values, x > 0).astype(x.dtype)
