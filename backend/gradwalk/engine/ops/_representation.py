"""Forwards of ops on how numbers are written, on arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..dtypes import Array
from ._words import label


def on_integers(name: str, f: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """``f``, refused for everything but integers."""

    def forward(x: Any, y: Any) -> Any:
        kind = np.result_type(x, y)
        if kind.kind not in "iu":
            raise NotImplementedError(f"\"{name}_cpu\" not implemented for '{label(kind)}'")
        return f(x, y)

    return forward


def nextafter(x: Any, y: Any) -> Any:
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
