"""How a function of Python floats comes to work on arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..dtypes import Array


def elementwise(f: Callable[[float], float]) -> Callable[[Any], Array]:
    """A function of one float, over an array, in the array's dtype."""
    many = np.frompyfunc(f, 1, 1)

    def over(x: Any) -> Array:
        x = np.asarray(x)
        result: Array = np.asarray(many(x.astype(np.float64)), dtype=np.float64).astype(x.dtype)
        return result

    return over


def elementwise_of_two(f: Callable[[float, float], float]) -> Callable[[Any, Any], Array]:
    """A function of two floats, over arrays that broadcast, in their common dtype."""
    many = np.frompyfunc(f, 2, 1)

    def over(x: Any, y: Any) -> Array:
        dtype = np.result_type(x, y)
        found = many(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
        result: Array = np.asarray(found, dtype=np.float64).astype(dtype)
        return result

    return over


def in_double(f: Callable[[Array], Any]) -> Callable[[Any], Array]:
    """A function that takes an array of doubles with one dimension, over any array, in the array's dtype."""
    block = 4096  # what the function lays out beside each element stays small

    def over(x: Any) -> Array:
        x = np.asarray(x)
        flat = x.astype(np.float64).reshape(-1)
        parts = [f(flat[start : start + block]) for start in range(0, flat.size, block)]
        result: Array = (np.concatenate(parts) if parts else flat).reshape(x.shape).astype(x.dtype)
        return result

    return over
