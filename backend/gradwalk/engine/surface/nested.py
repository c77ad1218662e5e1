"""Arrays of what data may be: numbers, nested sequences, arrays and tensors, in any mixture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np

from .. import dtypes
from ..core import CORE
from ..dtypes import Array, uint64
from ..dtypes import dtype as Dtype  # noqa: N812 (``dtype`` is an argument's name here)
from ..errors import SCALAR_OF_GRAD
from ..grad_mode import _State
from ..promotion import held
from ..tensor import Tensor
from ..warn import warn_once

_WIDEST = {dtypes.FLOATING: np.float64, dtypes.COMPLEX: np.complex128}
_SLOW_LIST = (
    "Creating a tensor from a list of numpy.ndarrays is extremely slow. Please consider converting the list to a "
    "single numpy.ndarray with numpy.array() before converting to a tensor. (Triggered internally at "
    "/__w/pytorch/pytorch/torch/csrc/utils/tensor_new.cpp:252.)"
)


NEGATIVE_STRIDES = (
    "At least one stride in the given numpy array is negative, and tensors with negative strides are not currently "
    "supported. (You can probably work around this by making a copy of your array  with array.copy().) "
)


def array_of(data: Any, dtype: Dtype | None) -> Array:
    """An array with a copy of numbers, nested sequences, arrays or tensors. Raises in PyTorch's words."""
    if CORE is not None and dtype is None:
        usual: Array | None = CORE.array_of(data, dtypes.default_floating().numpy)
        if usual is not None:
            return usual
    if isinstance(data, np.ndarray | np.generic):
        if any(step < 0 for step in data.strides):
            raise ValueError(NEGATIVE_STRIDES)
        kind = dtypes.of(data) if dtype is None else dtype
        return np.array(data, dtype=kind.numpy)
    if isinstance(data, Tensor):
        return np.array(data._array, dtype=None if dtype is None else dtype.numpy)
    if type(data) in _LISTS and (plain := _plain(data)) is not None:
        numbers, shape, kinds = plain
        kind = dtype or _of_kinds(kinds)
        if kind.category == dtypes.FLOATING or (kind is dtypes.int64 and kinds == {int} and _fit(numbers)):
            return _as_array(numbers, shape, kind)
    shape = _shape_of(data)
    if dtype is None:
        found = list(_numbers_in(data))
        dtype = _inferred(found) if found else dtypes.default_floating()
        if any(n == 0 for n in shape):
            dtype = dtypes.promote(dtype, dtypes.default_floating())
    numbers = []
    if all(shape):
        _flatten(data, shape, dtype, 0, numbers)
    values = [_number_in(x, dtype) if isinstance(x, Tensor) else x for x in numbers]
    if dtype is dtypes.bool_:
        values = [x != 0 for x in values]
    if dtype.category == dtypes.INTEGER:
        values = [_whole(v, dtype) for v in values]
    return _as_array(values, shape, dtype)


def _as_array(values: Sequence[Any], shape: tuple[int, ...], dtype: Dtype) -> Array:
    with np.errstate(over="ignore"):
        return np.array(values, dtype=_WIDEST.get(dtype.category)).astype(dtype.numpy).reshape(shape)


_LISTS = frozenset((list, tuple))
_NUMBERS = frozenset((float, int, bool))


def _plain(data: Sequence[Any]) -> tuple[Sequence[Any], tuple[int, ...], set[type]] | None:
    """Of lists of Python's real numbers that are as regular as an array: the numbers, the shape, and the numbers'
    types. None for all else: what is in it has to be looked at one by one."""
    shape = [len(data)]
    while (kinds := set(map(type, data))) and kinds <= _LISTS and len(shape) <= _MOST_DIMENSIONS:
        lengths = set(map(len, data))
        if len(lengths) != 1:
            return None
        shape += lengths
        data = list(chain.from_iterable(data))
    return (data, tuple(shape), kinds) if kinds and kinds <= _NUMBERS else None


def _of_kinds(kinds: set[type]) -> Dtype:
    """The dtype of numbers of these types."""
    return dtypes.default_floating() if float in kinds else dtypes.int64 if int in kinds else dtypes.bool_


def _fit(numbers: Sequence[int]) -> bool:
    """Whether int64 holds them."""
    return min(numbers) >= -(2**63) and max(numbers) < 2**63


def _number_in(element: Tensor, dtype: Dtype) -> Any:
    """The one number of a tensor among others. Raises TypeError for a fraction where whole numbers are wanted."""
    if dtype.category < dtypes.FLOATING and element.dtype.category == dtypes.FLOATING:
        raise TypeError("only integer tensors of a single element can be converted to an index")
    if element.requires_grad and _State.enabled:
        warn_once(SCALAR_OF_GRAD)
    return element._array.item()


def _whole(value: Any, kind: Dtype) -> int:
    """A number as an integer type holds it.

    Raises ValueError for integers of more than 64 bits (of uint64 OverflowError), RuntimeError for other numbers that
    it cannot hold.
    """
    if kind is uint64:
        if isinstance(value, float):
            raise TypeError("an integer is required")
        if isinstance(value, int) and not 0 <= value < 2**64:
            raise OverflowError("can't convert negative int to unsigned" if value < 0 else "int too big to convert")
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("Overflow when unpacking long long")
    try:
        whole: int = held(value, kind.numpy)
    except RuntimeError:
        raise RuntimeError(f"value cannot be converted to type {kind.name} without overflow") from None
    return whole


def tensors_in(data: Any) -> Iterator[Tensor]:
    """The tensors among data, in order."""
    if isinstance(data, Tensor):
        yield data
    elif isinstance(data, list | tuple) and not _NUMBERS.issuperset(map(type, data)):
        for item in data:
            yield from tensors_in(item)


def _is_sequence(data: Any) -> bool:
    if isinstance(data, list | tuple | range) or (isinstance(data, np.ndarray | Tensor) and data.ndim > 0):
        return True
    return (
        hasattr(data, "__len__")
        and hasattr(data, "__getitem__")
        and not isinstance(data, str | bytes | dict | set | np.ndarray | np.generic | Tensor)
    )


_MOST_DIMENSIONS = 128
"""``MAX_DIMS`` of PyTorch's ``tensor_new.cpp``: a list may hold itself."""


def _shape_of(data: Any) -> tuple[int, ...]:
    shape: list[int] = []
    while _is_sequence(data):
        if shape and isinstance(data, Tensor):
            break
        shape.append(len(data))
        if len(shape) > _MOST_DIMENSIONS:
            raise ValueError(f"too many dimensions '{type(data).__name__}'")
        if not len(data):
            break
        if len(shape) == 1 and isinstance(data, list) and isinstance(data[0], np.ndarray) and data[0].ndim:
            warn_once(_SLOW_LIST)
        try:
            data = data[0]
        except TypeError:
            raise ValueError(f"could not determine the shape of object type '{type(data).__name__}'") from None
    if isinstance(data, str) and shape:
        raise ValueError("too many dimensions 'str'")
    return tuple(shape)


def _numbers_in(data: Any) -> Iterator[Any]:
    """What decides the dtype: every number, and every tensor or array as a whole. Raises for what is none."""
    if isinstance(data, list | tuple | range) or (
        _is_sequence(data) and not isinstance(data, Tensor | np.ndarray | np.generic)
    ):
        for item in data:
            if item is data:
                raise TypeError("new(): self-referential lists are incompatible")
            yield from _numbers_in(item)
        return
    if isinstance(data, str | bytes):
        raise TypeError(f"new(): invalid data type '{type(data).__name__}'")
    if not isinstance(data, Tensor | bool | int | float | complex | np.generic | np.ndarray):
        raise RuntimeError(f"Could not infer dtype of {type(data).__name__}")
    yield data


def _numbers_for(dtype: Dtype) -> Any:
    """What an element may be."""
    real = Tensor | bool | int | float | np.integer | np.floating | np.bool_
    return real | complex | np.complexfloating if dtype.category == dtypes.COMPLEX or dtype is dtypes.bool_ else real


def _flatten(data: Any, shape: tuple[int, ...], dtype: Dtype, depth: int, into: list[Any]) -> None:
    if depth == len(shape):
        if isinstance(data, Tensor) and data._array.size != 1:
            if dtype.category < dtypes.FLOATING:
                raise TypeError("only integer tensors of a single element can be converted to an index")
            raise ValueError("only one element tensors can be converted to Python scalars")
        if isinstance(data, np.ndarray) and not data.ndim:
            data = data[()]
        if not isinstance(data, _numbers_for(dtype)):
            kind = type(data).__name__
            raise TypeError(
                f"must be real number, not {kind}"
                if dtype.category >= dtypes.FLOATING
                else f"'{kind}' object cannot be interpreted as an integer"
            )
        into.append(data)
        return
    if not _is_sequence(data):
        raise TypeError("not a sequence")
    if len(data) != shape[depth]:
        raise ValueError(f"expected sequence of length {shape[depth]} at dim {depth} (got {len(data)})")
    for item in data:
        _flatten(item, shape, dtype, depth + 1, into)


def _inferred(numbers: Sequence[Any]) -> Dtype:
    kinds = {
        dtypes.of(x._array) if isinstance(x, Tensor)
        else dtypes.of(x) if isinstance(x, np.generic | np.ndarray) else dtypes.of_scalar(x)
        for x in numbers
    }  # fmt: skip
    found = kinds.pop()
    for kind in kinds:
        found = dtypes.promote(found, kind)
    return found
