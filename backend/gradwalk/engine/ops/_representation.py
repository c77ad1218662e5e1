"""Forwards of ops on how numbers are written, on arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..dtypes import Array
from ..reduced import is_reduced, widened
from ._words import label


def on_integers(name: str, f: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """``f``, refused for everything but integers."""

    def forward(x: Any, y: Any) -> Any:
        kind = np.result_type(x, y)
        if kind.kind not in "iu":
            raise NotImplementedError(f"\"{name}_cpu\" not implemented for '{label(kind)}'")
        return f(x, y)

    return forward


def _next_bfloat16(x: Array, y: Array) -> Array:
    """By its bits: those of the next number away from 0 are one more."""
    x, y = np.broadcast_arrays(x, y)
    from_, to = widened(x), widened(y)
    bits = np.ascontiguousarray(x).view(np.int16)
    away = (to > from_) == (from_ > 0)
    least = np.where(to > 0, np.int16(1), np.int16(-0x7FFF))
    stepped = np.where(from_ == 0, least, bits + np.where(away, np.int16(1), np.int16(-1)))
    stepped = np.where(from_ == to, np.ascontiguousarray(y).view(np.int16), stepped).astype(np.int16)
    stepped[np.isnan(from_) | np.isnan(to)] = 0x7FC0
    return stepped.view(x.dtype)


def nextafter(x: Any, y: Any) -> Any:
    if is_reduced(x.dtype) and x.dtype.kind == "V":
        return _next_bfloat16(x, y)
    kind = np.result_type(x, y)
    if kind.kind != "f":
        raise NotImplementedError(f"\"nextafter_cpu\" not implemented for '{label(kind)}'")
    return np.nextafter(x, y)


def frexp(x: Array) -> tuple[Any, Any]:
    if x.dtype.kind != "f":
        raise RuntimeError("torch.frexp() only supports floating-point dtypes")
    mantissa, exponent = np.frexp(x)
    return mantissa, exponent.astype(np.int32)


def angle(x: Array) -> Any:
    return np.where(np.isnan(x), x, np.where(x < 0, x.dtype.type(np.pi), x.dtype.type(0)))
