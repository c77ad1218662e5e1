"""What in-place ops write, as arrays of the written tensor's shape and dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import Array
from ..errors import bracketed
from ..promotion import held
from ._arrays import real_parts


def copy(x: Array, source: Any) -> Array:
    source = real_parts(np.asarray(source), x.dtype)
    try:
        return np.broadcast_to(source, x.shape).astype(x.dtype)
    except ValueError:
        raise RuntimeError(_does_not_fit(x.shape, source.shape)) from None


def _does_not_fit(shape: tuple[int, ...], source: tuple[int, ...]) -> str:
    for i in range(1, min(len(shape), len(source)) + 1):
        if source[-i] not in (1, shape[-i]):
            dimension = len(source) - i if len(source) > len(shape) else len(shape) - i
            return (
                f"The size of tensor a ({shape[-i]}) must match the size of tensor b ({source[-i]}) at non-singleton "
                f"dimension {dimension}"
            )
    return f"output with shape {bracketed(shape)} doesn't match the broadcast shape {bracketed(source)}"


def zero(x: Array) -> Array:
    return np.zeros_like(x)


def fill(x: Array, value: Any) -> Array:
    return np.full_like(x, held(value, x.dtype))


def same(x: Array) -> Array:
    return x
