"""How the operands of an op come to a common dtype, as PyTorch does it and numpy does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import dtypes
from .dtypes import FLOATING, FLOATS, dtype
from .layouts import preserved


def common_dtype(operands: Sequence[Any]) -> dtype:
    """The dtype that tensors and Python numbers are computed in together."""
    ranks: list[dtype | None] = [None, None, None]
    for x in operands:
        if x is None:
            continue
        array = getattr(x, "_array", None)
        if array is None:
            rank, kind = 2, dtypes.of_scalar(x)
        else:
            rank, kind = (0 if array.ndim else 1), dtypes.of(array)
        seen = ranks[rank]
        ranks[rank] = kind if seen is None else dtypes.promote(seen, kind)
    return dtypes.result_type(*ranks)


def align(operands: Sequence[Any], arrays: list[Any], mode: str) -> list[Any]:
    """Cast arrays to the dtype the op computes in.

    ``mode``: ``"same"`` (result has the common dtype), ``"float"`` (integers become the default floating dtype first).
    Python numbers stay Python numbers where numpy then computes in the right dtype by itself.
    """
    first = arrays[0]
    kind = first.dtype if isinstance(first, np.ndarray) else None
    # The common case: one floating dtype, and numbers that do not outrank it.
    if (
        kind is not None
        and kind.kind in FLOATS
        and all((isinstance(a, np.ndarray) and a.dtype == kind) or type(a) in (float, int) for a in arrays[1:])
    ):
        return arrays
    target = common_dtype(operands)
    if mode == "float" and target.category < FLOATING:
        target = dtypes.default_floating()
    return [None if a is None else _cast(a, target) for a in arrays]


def _cast(array: Any, target: dtype) -> Any:
    if isinstance(array, np.ndarray):
        return array if array.dtype == target.numpy else preserved(array, target.numpy)
    return converted(array, target.numpy)


def converted(number: Any, kind: np.dtype[Any]) -> Any:
    """A Python number as an array. Raises RuntimeError for integers that the type cannot hold."""
    if kind.kind in "iu":
        limits = np.iinfo(kind)
        if not limits.min <= number <= limits.max:
            raise RuntimeError(f"value cannot be converted to type {C_TYPES[kind.name]} without overflow")
    return np.asarray(number, dtype=kind)


C_TYPES = {"uint8": "uint8_t", "int8": "int8_t", "int16": "int16_t", "int32": "int", "int64": "int64_t"}
