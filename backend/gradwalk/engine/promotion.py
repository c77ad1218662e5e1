"""How the operands of an op come to a common dtype, as PyTorch does it and numpy does not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import dtypes
from .dtypes import FLOATING, FLOATS, Array, dtype
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
    return wrapped(array, target.numpy)


def wrapped(number: Any, kind: np.dtype[Any]) -> Array:
    """A Python number that is computed with, as an array: one that the type has no place for goes round.

    Raises OverflowError for whole numbers of more than 64 bits.
    """
    if kind.kind in "iu":
        refuse_beyond_64_bits(number)
        return np.asarray(int(number) % 2**64, np.uint64).astype(kind)
    return np.asarray(number, dtype=kind)


def refuse_beyond_64_bits(number: Any) -> None:
    """Raises OverflowError for whole numbers that no type holds."""
    if type(number) is int and not -(2**63) <= number < 2**64:
        raise OverflowError("int too big to convert")


def held(number: Any, kind: np.dtype[Any]) -> Any:
    """A Python number that is written or is an argument, as the type holds it: whole ones below zero go
    round in a type without signs.

    Raises RuntimeError for numbers that the type cannot hold, OverflowError for whole ones of more than 64 bits.
    """
    if kind.kind in "bc":
        return number
    if isinstance(number, complex):
        raise RuntimeError(f"value cannot be converted to type {C_TYPES[kind.name]} without overflow")
    low, high = _RANGES[kind.name]
    if kind.kind in FLOATS:
        if low <= number <= high or number != number or number in (math.inf, -math.inf):
            return number
    else:
        if kind.kind == "u" and not isinstance(number, float):
            low = -high
        if low <= number <= high:
            return int(number) % (high + 1) if kind.kind == "u" else int(number)
    refuse_beyond_64_bits(number)
    raise RuntimeError(f"value cannot be converted to type {C_TYPES[kind.name]} without overflow")


def as_tensor_holds(number: Any, kind: np.dtype[Any]) -> Any:
    """:func:`held` where PyTorch makes a tensor of the number first: one of 16 bits takes every number."""
    return number if kind.itemsize == 2 and kind.kind in FLOATS else held(number, kind)


C_TYPES = {
    "uint8": "uint8_t", "uint16": "uint16", "uint32": "uint32", "uint64": "uint64",
    "int8": "int8_t", "int16": "int16_t", "int32": "int", "int64": "int64_t",
    "float16": "c10::Half", "bfloat16": "c10::BFloat16", "float32": "float",
}  # fmt: skip
"""What PyTorch calls its types when it says that they cannot hold a number."""

_RANGES: dict[str, tuple[Any, Any]] = {
    kind: (int(limits.min), int(limits.max))
    for kind in ("uint8", "int8", "int16", "int32", "int64", "uint16", "uint32", "uint64")
    for limits in (np.iinfo(kind),)
} | {
    kind: (float(limits.min), float(limits.max))
    for kind in ("float16", "float32", "float64")
    for limits in (np.finfo(kind),)
}
_RANGES["bfloat16"] = (-(2 - 2**-7) * 2.0**127, (2 - 2**-7) * 2.0**127)
