"""Forwards that are not one numpy expression, on arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from .. import dtypes
from ..core import at_once
from ..dtypes import FLOATS, Array
from ..functions.elementwise import signs
from ..functions.powers import power
from ..functions.registry import function
from ..fused import plus_product
from ..layouts import preserved
from ..memory_format import laid_out, preserve_format
from ..promotion import held, wrapped
from ..warn import warn_once


@function
def floating_for(x: Array, number: complex) -> Array:
    """Integers in the default floating dtype, if they meet a number that is not an integer."""
    if x.dtype.kind in "fc" or type(number) not in (float, complex):
        return x
    return x.astype(dtypes.of_scalar(number).numpy)


SUB_BOOL = (
    "Subtraction, the `-` operator, with two bool tensors is not supported. "
    "Use the `^` or `logical_xor()` operator instead."
)


F = TypeVar("F", bound=Callable[..., Any])


def by_default(ufunc: np.ufunc) -> Callable[[F], F]:
    """Say of a forward that on floats, and with its params as they are by default, it is this function of numpy's."""

    def note(f: F) -> F:
        f.by_default = ufunc  # type: ignore[attr-defined]
        return f

    return note


@by_default(np.add)
def add(x: Any, y: Any, alpha: float) -> Any:
    if alpha == 1:
        return x + y
    if np.asarray(x).dtype.kind == "b":
        return x | (y & bool(alpha))
    return plus_product(x, y, alpha)


@by_default(np.subtract)
def sub(x: Any, y: Any, alpha: float) -> Any:
    try:
        return x - y if alpha == 1 else plus_product(x, y, -alpha) if x.dtype == np.float32 else x - y * alpha
    except TypeError:  # numpy does not subtract booleans either
        raise RuntimeError(SUB_BOOL) from None


def rsub(x: Array, other: float, alpha: float) -> Any:
    x = floating_for(x, other)
    return wrapped(other, x.dtype) - x if alpha == 1 else plus_product(wrapped(other, x.dtype), x, -alpha)


def absolute(x: Array) -> Any:
    if x.dtype.kind == "b":
        raise NotImplementedError("\"abs_cpu\" not implemented for 'Bool'")
    return np.absolute(x)


def sgn(x: Array) -> Any:
    return x.copy() if x.dtype.kind == "b" else signs(x)


def neg(x: Array) -> Any:
    if x.dtype.kind == "b":
        raise RuntimeError(NEG_BOOL)
    return -x


NEG_BOOL = (
    "Negation, the `-` operator, on a bool tensor is not supported. "
    "If you are trying to invert a mask, use the `~` or `logical_not()` operator instead."
)


@at_once
def pow_scalar(x: Array, exponent: Any) -> Any:
    if x.dtype.kind not in "fc":
        if isinstance(exponent, complex):
            x = floating_for(x, exponent)
        elif isinstance(exponent, float):
            x = x.astype(dtypes.default_floating().numpy)
        elif exponent < 0:
            raise RuntimeError("Integers to negative integer powers are not allowed.")
        elif x.dtype.kind == "b":
            if exponent is True:
                return x.copy()
            x = x.astype(np.int64)
    return power(x, exponent if x.dtype.kind in FLOATS and x.dtype.itemsize > 2 else held(exponent, x.dtype))


def pow_tensor(x: Any, exponent: Any) -> Any:
    if np.asarray(exponent).dtype.kind == "b" and np.asarray(x).dtype.kind == "b":
        raise NotImplementedError("\"pow\" not implemented for 'Bool'")
    if np.asarray(x).dtype.kind in "iu" and np.any(np.less(exponent, 0)):
        return _integer_power(x, exponent)
    return power(x, exponent)


def _integer_power(x: Any, exponent: Any) -> Any:
    """Integers to integer powers, some of them negative: what is left of a fraction is 0."""
    fraction = np.where(np.abs(x) == 1, np.power(x, np.abs(exponent) % 2), 0)
    return np.where(np.less(exponent, 0), fraction, np.power(x, np.maximum(exponent, 0)))


def pow_base(exponent: Array, base: Any) -> Any:
    if isinstance(base, complex):
        kind = dtypes.of(floating_for(exponent, base))
        exponent = exponent.astype(kind.to_complex().numpy)
    elif exponent.dtype.kind not in "fc" and isinstance(base, float):
        exponent = exponent.astype(dtypes.default_floating().numpy)
    elif exponent.dtype.kind == "b" and type(base) is int:
        exponent = exponent.astype(np.int64)
    return pow_tensor(wrapped(base, exponent.dtype), exponent)


@at_once
def relu(x: Array) -> Any:
    if x.dtype.kind == "f":
        return np.maximum(x.dtype.type(0), x)  # in this order -0 stays what it is
    if x.dtype.kind == "b":
        raise RuntimeError("Boolean inputs not supported for relu")
    return np.maximum(x, 0)


def masked_fill(x: Array, mask: Array, value: Any) -> Any:
    return np.where(mask, np.asarray(held(value, x.dtype), dtype=x.dtype), x)


def clone(x: Array) -> Any:
    copy = x.copy()
    return copy if copy.strides == x.strides else preserved(x)


def clone_contiguous(x: Array) -> Any:
    return x.copy(order="C")


def to_copy_in_format(x: Array, dtype: dtypes.dtype, memory_format: Any) -> Any:
    if memory_format is None or memory_format is preserve_format:
        return to_copy(x, dtype)
    return laid_out(real_parts(x, dtype.numpy).astype(dtype.numpy, copy=False), memory_format)


def to_copy(x: Array, dtype: dtypes.dtype) -> Any:
    return preserved(real_parts(x, dtype.numpy), dtype.numpy)


def real_parts(x: Array, kind: np.dtype[Any]) -> Array:
    """The array, or its real parts where it is to become one of real numbers; of which PyTorch warns."""
    if x.dtype.kind != "c" or kind.kind in "cb":
        return x
    warn_once(_DISCARDS)
    return x.real


_DISCARDS = (
    "Casting complex values to real discards the imaginary part (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/Copy.cpp:307.)"
)
