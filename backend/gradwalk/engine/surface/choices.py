"""Choosing and filling: where, masked_fill, fill, zero, copy."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes, ops
from ..apply import apply_in_place, refuse_leaves
from ..errors import broadcast_mismatch
from ..history import find_histories
from ..op import OPS
from ..ops._words import C_NAMES
from ..promotion import as_tensor_holds, common_dtype
from ..tensor import Tensor, wrap
from ..warn import warn_once
from .coordinates import nonzero
from .pointwise import NUMBERS
from .registry import must_be_tensor, public


@public(method=False)
def where(condition: Tensor, input: Any = None, other: Any = None) -> Any:
    """``input`` where ``condition`` holds, else ``other``; with the condition alone, where it holds."""
    mask = must_be_tensor("where", "condition", 1, condition)
    if input is None and other is None:
        return nonzero(mask, as_tuple=True)
    if mask._array.dtype.kind != "b" and mask._array.dtype != np.uint8:
        name = mask.dtype.legacy_name.removesuffix("Tensor")
        raise RuntimeError(f"where expected condition to be a boolean tensor, but got a tensor with dtype {name}")
    if mask._array.dtype == np.uint8:
        warn_once(_BYTES)
    x, y = _operand(input), _operand(other)
    target = common_dtype((input, other))
    x, y = (
        a if isinstance(given, Tensor) else wrap(np.asarray(as_tensor_holds(given, target.numpy), target.numpy))
        for a, given in ((x, input), (y, other))
    )
    for a, b in ((mask, x), (mask, y), (x, y)):
        mismatch = broadcast_mismatch(a.shape, b.shape)
        if mismatch is not None:
            find_histories((x, y))
            raise mismatch
    if x.dtype is target and y.dtype is target:
        return ops.pointwise.where(mask, x, y)
    return ops.pointwise.where_promoted(mask, x, y, dtype=target)


_BYTES = (
    "where received a uint8 condition tensor. This behavior is deprecated and will be removed in a future version of "
    "PyTorch. Use a boolean condition instead. (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/TensorCompare.cpp:621.)"
)


@public(function=False, name="where")
def _where_method(self: Tensor, condition: Tensor, other: Any) -> Tensor:
    result: Tensor = where(condition, self, other)
    return result


def _operand(value: Any) -> Tensor:
    if isinstance(value, Tensor):
        return value
    if isinstance(value, np.generic):
        value = value.item()
    return wrap(np.asarray(value, dtype=dtypes.of_scalar(value).numpy))


def _number(function: str, value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | int | float | complex):
        return value
    raise TypeError(f"{function}(): argument 'value' (position 2) must be Number, not {type(value).__name__}")


def _check_shapes(a: Tensor, b: Tensor) -> None:
    try:
        np.broadcast_shapes(a._array.shape, b._array.shape)
    except ValueError as mismatch:
        raise broadcast_mismatch(a._array.shape, b._array.shape) or mismatch from None


def _check_mask(mask: Tensor) -> None:
    if mask._array.dtype.kind != "b":
        name = C_NAMES[mask.dtype.name]
        raise RuntimeError(f"masked_fill_ only supports boolean masks, but got mask with dtype {name}")


@public()
def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """``input`` with ``value`` where ``mask`` is true."""
    x = must_be_tensor("masked_fill", "input", 1, input)
    try:
        _check_shapes(mask, x)
    except RuntimeError:
        find_histories([x])
        raise
    if isinstance(value, Tensor):
        return ops.indexing.masked_fill_tensor(x, mask, value)
    _check_mask(mask)
    return ops.pointwise.masked_fill(x, mask, value=_number("masked_fill", value))


@public(function=False)
def masked_fill_(self: Tensor, mask: Tensor, value: Any) -> Tensor:
    """:func:`masked_fill`, in place."""
    if isinstance(value, Tensor):
        return apply_in_place(ops.indexing.masked_fill_tensor, self, mask, value)
    _check_shapes(self, mask)
    _check_mask(mask)
    return apply_in_place(ops.pointwise.masked_fill, self, mask, value=_number("masked_fill_", value))


@public(function=False)
def zero_(self: Tensor) -> Tensor:
    """Fill with zeros, in place."""
    return apply_in_place(ops.in_place.zero, self)


@public(function=False)
def fill_(self: Tensor, value: Any) -> Tensor:
    """Fill with one number, in place."""
    if isinstance(value, Tensor):
        refuse_leaves(self, (value,))
        _check_fill(value)
        return apply_in_place(ops.in_place.fill_tensor, self, value)
    return apply_in_place(ops.in_place.fill, self, value=_number("fill_", value))


@public(method=False)
def fill(input: Tensor, value: Any) -> Tensor:
    """One number in the shape of another tensor."""
    x = must_be_tensor("fill", "input", 1, input)
    if isinstance(value, Tensor):
        _check_fill(value)
        return OPS["fill.Tensor_copy"](x, value)
    return OPS["fill.Scalar_copy"](x, value=_number("fill", value))


def _check_fill(value: Tensor) -> None:
    if value.ndim:
        raise RuntimeError(f"fill_ only supports 0-dimension value tensor but got tensor with {value.ndim} dimensions.")


@public(function=False)
def copy_(self: Tensor, src: Any, non_blocking: bool = False) -> Tensor:
    """Take over another tensor's numbers, broadcast and cast, in place."""
    if isinstance(src, NUMBERS):
        src = wrap(np.asarray(src))
    return apply_in_place(ops.in_place.copy, self, must_be_tensor("copy_", "other", 1, src))
