"""What in-place ops write, as arrays of the written tensor's shape and dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import Array
from ..errors import bracketed, broadcast_mismatch
from ..promotion import held
from ._arrays import real_parts


def copy(x: Array, source: Any) -> Array:
    source = real_parts(np.asarray(source), x.dtype)
    try:
        return np.broadcast_to(source, x.shape).astype(x.dtype)
    except ValueError:
        error = broadcast_mismatch(x.shape, source.shape)
        both = () if error else np.broadcast_shapes(x.shape, source.shape)
        words = f"output with shape {bracketed(x.shape)} doesn't match the broadcast shape {bracketed(both)}"
        raise (error or RuntimeError(words)) from None


def zero(x: Array) -> Array:
    return np.zeros_like(x)


def fill(x: Array, value: Any) -> Array:
    return np.full_like(x, held(value, x.dtype))


def same(x: Array) -> Array:
    return x
