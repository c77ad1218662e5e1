"""Indexing and assignment with every kind of key: numbers, slices, None, ``...``, masks, index tensors and lists."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from operator import getitem
from typing import Any

import numpy as np

from .. import dtypes, ops
from ..apply import apply_in_place
from ..dtypes import Array
from ..functions.dims import normalize_dim
from ..promotion import C_TYPES, as_tensor_holds
from ..tensor import Tensor, wrap
from ..warn import warn
from ..wrapped import OutOfReach, answered
from .nested import NEGATIVE_STRIDES, array_of
from .registry import METHODS
from .shape import expand, unsqueeze, view

NUMBERS = (bool, int, float, complex, np.integer)
"""What may be assigned: of numpy's other numbers only those that are Python's too (``np.float64``)."""


def index(self: Tensor, key: Any) -> Tensor:
    """``self[key]``: a view for ints, slices, None and ``...``; a copy where tensors index."""
    if type(key) is int:
        return _selected(self, 0, key, 0)
    if isinstance(key, slice):
        return _sliced(self, 0, key, alone=True)
    try:
        part, indices = _part(self, key)
        if indices:
            warn_of_bytes(indices)
            return ops.indexing.index(part, indices=tuple(indices))
    except OutOfReach as error:
        found: Tensor = error.answered("__getitem__", getitem, (self, key), {})
        return found
    return ops.view.alias(self) if part is self else part


def assign(self: Tensor, key: Any, value: Any) -> None:
    """``self[key] = value``: into the view that the key selects, or the places that its tensors point to."""
    if isinstance(value, NUMBERS):
        source: Any = _written(self, value.item() if isinstance(value, np.generic) else value)
    elif isinstance(value, Tensor):
        source = value
    else:
        raise TypeError(f"can't assign a {_type_name(value)} to a torch.{self.dtype.legacy_name}")
    target, indices = (unsqueeze(self, 0), []) if key is True else _part(self, key)
    if indices:
        _put(target, tuple(indices), source)
    elif isinstance(source, Tensor):
        op = ops.in_place.fill_tensor if source.ndim == 0 < target.ndim else ops.in_place.copy
        apply_in_place(op, target, _spread(source, target))
    else:
        apply_in_place(ops.in_place.fill_tensor if target.ndim else ops.in_place.copy, target, source)


def _written(target: Tensor, number: Any) -> Any:
    """A number as ``target`` holds it. Raises ValueError, or RuntimeError, where it cannot."""
    kind = target._array.dtype
    if isinstance(number, complex):
        if kind.kind in "cb":
            return number if kind.kind == "c" else bool(number)
        if number.imag:
            raise RuntimeError(f"value cannot be converted to type {C_TYPES.get(kind.name, 'double')} without overflow")
        number = number.real
    if isinstance(number, int) and not -(2**63) <= number < 2**63:
        raise ValueError("Overflow when unpacking long long")
    return as_tensor_holds(number, kind)


def _type_name(value: object) -> str:
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _put(target: Tensor, indices: tuple[Tensor | None, ...], source: Any) -> None:
    if not isinstance(source, Tensor):
        source = wrap(np.asarray(source).astype(target._array.dtype))
    sizes = list(source.shape)
    while sizes and sizes[0] == 1:
        del sizes[0]
    if len(sizes) != source.ndim:
        source = view(source, tuple(sizes))
    refuse_bytes(target, indices, source)
    warn_of_bytes(indices)
    apply_in_place(ops.indexing.index_put, target, source, indices=indices, accumulate=False)


def _spread(value: Tensor, target: Tensor) -> Tensor:
    """What is assigned, in the shape of the part that it is assigned to. Raises RuntimeError if it does not fit."""
    if value.ndim == 0 or value.shape == target.shape:
        return value
    sizes = list(value.shape)
    while sizes and sizes[0] == 1:
        del sizes[0]
    return expand(view(value, tuple(sizes)), *target.shape)


# -- what a key selects -----------------------------------------------------------------------------------------------


def _part(self: Tensor, key: Any) -> tuple[Tensor, list[Tensor | None]]:
    """The view that the plain parts of a key select, and the tensors that index what is left of it."""
    given = _as_parts(key)
    if self.ndim == 0 and isinstance(key, slice):
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    if sum(_dimensions_of(part) for part in given) > self.ndim and not isinstance(key, int | np.integer):
        raise IndexError(f"too many indices for tensor of dimension {self.ndim}")
    parts = [_converted(part) for part in given]
    consumed = sum(_dimensions_of(part) for part in parts)
    if consumed > max(self.ndim, 1):  # a list that is a mask of several dimensions
        normalize_dim(self.ndim, self.ndim)
    result, dim = self, 0
    indices: list[Tensor | None] = []
    for place, part in enumerate(parts):
        if part is None:
            result, dim = unsqueeze(result, dim), dim + 1
        elif part is Ellipsis:
            dim += self.ndim - consumed
        elif isinstance(part, slice):
            beyond = dim >= result.ndim  # as after a second ellipsis
            result, dim = result if beyond else _sliced(result, dim, part), dim + 1
        elif isinstance(part, bool):
            result = unsqueeze(result, dim)
            _at(indices, dim, wrap(np.zeros(int(part), dtype=np.int64)))
            dim += 1
        elif isinstance(part, Tensor):
            _at(indices, dim, part)
            dim += _dimensions_of(part)
        else:
            result = _selected(result, dim, part, place)
    return result, _fitted(indices)


def _at(indices: list[Tensor | None], dim: int, tensor: Tensor) -> None:
    """Let a tensor index dimension ``dim``; a mask of several dimensions holds the place of all of them."""
    held = sum(_dimensions_of(each) if each is not None else 1 for each in indices)
    indices.extend([None] * (dim - held))
    indices.append(tensor)


_INDICES = frozenset(("int64", "int32", "uint8", "bool"))


def _fitted(indices: list[Tensor | None]) -> list[Tensor | None]:
    must_be_indices(indices)
    return indices


def must_be_indices(indices: Sequence[Tensor | None]) -> None:
    """Raises IndexError for tensors that point to no places."""
    for tensor in indices:
        if tensor is None:
            continue
        if tensor._array.dtype.name not in _INDICES:
            raise IndexError("tensors used as indices must be long, int, byte or bool tensors")


def warn_of_bytes(indices: Sequence[Tensor | None]) -> None:
    """Warn of each mask of bytes."""
    for tensor in indices:
        if tensor is not None and tensor._array.dtype == np.uint8:
            warn(_BYTES)


_BYTES = (
    "indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool instead. (Triggered internally "
    "at /__w/pytorch/pytorch/aten/src/ATen/native/IndexingUtils.h:37.)"
)


def refuse_bytes(target: Tensor, indices: Sequence[Tensor | None], values: Tensor) -> None:
    """Raises RuntimeError where one number would be written by one mask of bytes: PyTorch fills then, by masks of
    booleans alone."""
    place, mask = next(((place, index) for place, index in enumerate(indices) if index is not None), (0, None))
    if mask is None or mask._array.dtype != np.uint8 or values._array.size != 1:
        return
    if all(index is None for index in indices[place + 1 :]) and target.shape[place : place + mask.ndim] == mask.shape:
        raise RuntimeError("masked_fill_ only supports boolean masks, but got mask with dtype unsigned char")


def _as_parts(key: Any) -> Sequence[Any]:
    if isinstance(key, tuple):
        return key
    if isinstance(key, list | range | str) and len(key) < 32 and any(_makes_tuple(item) for item in key):
        warn(_LIST_AS_TUPLE)
        return tuple(key)
    return (key,)


def _makes_tuple(item: Any) -> bool:
    """Whether such an item makes a list be read as a tuple, as it was once for numpy."""
    return item is None or item is Ellipsis or isinstance(item, slice | Tensor | list | tuple | str | np.ndarray)


def _converted(part: Any) -> Any:
    """One part of a key as None, ``...``, a slice, a bool, an int or a tensor."""
    if part is None or part is Ellipsis or isinstance(part, slice | bool) or type(part) is int:
        return part
    if isinstance(part, Tensor):
        if part.ndim == 0 and part._array.dtype.kind in "iu" and part._array.dtype != np.uint8:
            return int(part._array.item())
        return bool(part._array.item()) if _is_zero_dim_mask(part) else part
    if isinstance(part, np.ndarray) and part.ndim == 0 and part.dtype.kind in "iu":
        return int(part)
    if isinstance(part, np.ndarray):
        dtypes.of(part)
        if any(step < 0 for step in part.strides):
            raise ValueError(NEGATIVE_STRIDES)
        index = _of_array(part)
        return bool(part) if _is_zero_dim_mask(index) else index
    if isinstance(part, str | bytes):
        raise TypeError(f"new(): invalid data type '{_type_name(part)}'")
    if isinstance(part, list | tuple | range):
        return _tensor_of(part)
    if hasattr(part, "__index__"):
        return int(part.__index__())
    raise IndexError(
        "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices "
        f"(got {_type_name(part)})"
    )


def _is_zero_dim_mask(part: Tensor) -> bool:
    return part.ndim == 0 and (part._array.dtype.kind == "b" or part._array.dtype == np.uint8)


def _tensor_of(sequence: Sequence[Any]) -> Tensor:
    try:
        array = array_of(sequence, None)
    except ValueError as error:
        if "'str'" in str(error):
            raise TypeError("new(): invalid data type 'str'") from None
        raise
    return _of_array(array)


def _of_array(array: Array) -> Tensor:
    """Masks as they are, all other numbers as whole ones."""
    is_mask = array.dtype.kind == "b" or (array.dtype == np.uint8 and array.size)
    return wrap(np.array(array, array.dtype if is_mask else np.int64))


def _dimensions_of(part: Any) -> int:
    """How many of the tensor's dimensions a part of a key takes."""
    if part is None or part is Ellipsis or isinstance(part, bool):
        return 0
    if isinstance(part, Tensor) and (part._array.dtype.kind == "b" or part._array.dtype == np.uint8):
        return part.ndim
    return 1


def _selected(x: Tensor, dim: int, position: int, place: int) -> Tensor:
    """One row of a dimension, which a refusal calls by its place in the key, as PyTorch does."""
    if x.ndim == 0 and position == 0:
        raise IndexError(
            "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a "
            "0-dim tensor to a number"
        )
    extent = x._array.shape[dim] if dim < x.ndim else 0
    if not -extent <= position < extent:
        raise IndexError(f"index {position} is out of bounds for dimension {place} with size {extent}")
    return ops.view.select(x, dim=dim, index=position)


def _bound(value: Any) -> int:
    """One end of a slice. Raises TypeError for what is no whole number."""
    if type(value) is int:
        return value
    if not hasattr(value, "__index__"):
        raise TypeError("slice indices must be integers or None or have an __index__ method")
    return operator.index(value)


def _sliced(x: Tensor, dim: int, part: slice, alone: bool = False) -> Tensor:
    """A range of a dimension; the tensor itself for all of it, unless the slice is ``alone`` in its key."""
    if x.ndim == 0:
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    extent = x._array.shape[dim]
    step = 1 if part.step is None else _bound(part.step)
    if step == 0:
        raise ValueError("slice step cannot be zero")
    if step < 0:
        raise ValueError("step must be greater than zero")
    start = 0 if part.start is None else _bound(part.start)
    end = 2**63 - 1 if part.stop is None else _bound(part.stop)
    if start == 0 and step == 1 and end >= extent and not alone:
        return x
    return ops.view.slice(x, dim=dim, start=start, end=end, step=step)


METHODS["__getitem__"] = index


def _refuse_deletion(self: Tensor, key: Any) -> None:
    raise TypeError("Tensor does not support deleting items")


METHODS["__delitem__"] = _refuse_deletion
METHODS["__setitem__"] = answered(assign, "__setitem__")

_LIST_AS_TUPLE = (
    "Using a non-tuple sequence for multidimensional indexing is deprecated and will be changed in pytorch 2.9; use "
    "x[tuple(seq)] instead of x[seq]. In pytorch 2.9 this will be interpreted as tensor index, x[torch.tensor(seq)], "
    "which will result either in an error or a different result (Triggered internally at "
    "/__w/pytorch/pytorch/torch/csrc/autograd/python_variable_indexing.cpp:349.)"
)
