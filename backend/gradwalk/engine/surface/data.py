"""Tensors from data: numbers, nested sequences, arrays, other tensors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np

from .. import dtypes
from ..core import CORE
from ..device import check_device
from ..dtypes import Array
from ..dtypes import dtype as Dtype  # noqa: N812 (``dtype`` is an argument's name here)
from ..errors import SCALAR_OF_GRAD
from ..grad_mode import _State
from ..observe import observer
from ..op import OPS
from ..promotion import held
from ..tensor import Tensor
from ..warn import warn, warn_once
from .argument_parser import type_name
from .graph import cast
from .registry import public
from .sizes import made, options


@public(method=False)
def tensor(
    data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, pin_memory: bool = False
) -> Tensor:
    """A new leaf with a copy of ``data``: numbers, nested sequences, arrays or tensors. Never part of a graph."""
    kind = _given_dtype("tensor", dtype, device)
    if isinstance(data, Tensor):
        warn(COPY_CONSTRUCT.format("torch.tensor"))
    return made("tensor", array_of(data, kind), requires_grad, {"data": data}, tuple(_tensors_in(data)))


def _given_dtype(function: str, dtype: Any, device: Any) -> Dtype | None:
    check_device(device)
    return None if dtype is None else dtypes._BY_NUMPY[options(function, dtype, None)]


@public(method=False)
def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """``data`` itself if it is a tensor of that dtype, else :func:`tensor`; arrays share memory."""
    kind = _given_dtype("as_tensor", dtype, device)
    if isinstance(data, Tensor):
        return data if kind in (None, data.dtype) else cast(data, kind or data.dtype)
    if isinstance(data, np.ndarray) and kind in (None, dtypes.of(data)):
        return from_numpy(data)
    return made("as_tensor", array_of(data, kind), False, {"data": data}, tuple(_tensors_in(data)))


@public(method=False)
def asarray(
    obj: Any, *, dtype: Any = None, device: Any = None, copy: bool | None = None, requires_grad: bool | None = None
) -> Tensor:
    """:func:`as_tensor`, or a copy if asked for; with ``requires_grad=False`` outside the graph of ``obj``."""
    if copy is False:
        _refuse_copies(obj, dtype)
    if isinstance(obj, bytearray | memoryview):
        return _of_buffer(obj, dtype, bool(copy), requires_grad)
    result = as_tensor(obj, dtype, device)
    if copy and result is obj:
        result = OPS["clone"](obj)
    elif copy and isinstance(obj, np.ndarray):
        result = made("as_tensor", result._array.copy(), False, {"data": obj})
    if result.requires_grad:
        if requires_grad is None:
            warn_once(_ASARRAY)
        return result.detach() if requires_grad is False else result
    if requires_grad:
        result._requires_grad = True
    return result


def _of_buffer(obj: Any, dtype: Dtype | None, copied: bool, requires_grad: bool | None) -> Tensor:
    """What lies in a buffer, read as numbers of the dtype."""
    kind = dtypes.default_floating() if dtype is None else dtype
    array = np.frombuffer(obj, kind.numpy)
    return made("as_tensor", array.copy() if copied else array, bool(requires_grad), {"data": obj})


def _refuse_copies(obj: Any, dtype: Dtype | None) -> None:
    """Raises ValueError or RuntimeError for what a tensor cannot share the memory of."""
    if isinstance(obj, np.generic):
        raise RuntimeError("can't alias NumPy scalars. Either remove copy=False or transform it in a ndarray. ")
    if isinstance(obj, Tensor | np.ndarray):
        have = obj.dtype if isinstance(obj, Tensor) else dtypes.of(obj)
        if dtype not in (None, have):
            names = [kind.legacy_name.removesuffix("Tensor") for kind in (have, dtype)]
            raise ValueError("can't alias tensor with dtype '{}' into dtype '{}'.".format(*names))
    elif not isinstance(obj, bytearray | memoryview):
        raise ValueError("can't alias arbitrary sequence into a tensor.")


_ASARRAY = (
    "torch.asarray: unspecified requires_grad now defaults to obj.requires_grad instead of False. "
    "Pass requires_grad=False explicitly to get the old behavior and silence this warning."
)


@public(method=False)
def from_numpy(ndarray: Any) -> Tensor:
    """A tensor that shares the array's memory. Raises TypeError for anything but an array of a known type."""
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type_name(ndarray)})")
    dtypes.of(ndarray)
    dtypes.noted(ndarray)
    if any(step < 0 for step in ndarray.strides):
        raise ValueError(_NEGATIVE_STRIDES)
    if not ndarray.flags.writeable:
        warn_once(_NOT_WRITABLE)
        ndarray = ndarray.copy()
    result = made("from_numpy", ndarray, False, {})
    observer().memory_shared()
    return result


@public(method=False)
def frombuffer(buffer: Any, *, dtype: Any, count: int = -1, offset: int = 0, requires_grad: bool = False) -> Tensor:
    """A tensor that shares the memory of an object with Python's buffer protocol. Raises ValueError for others."""
    kind = options("frombuffer", dtype, None)
    try:
        memory = memoryview(buffer)
    except TypeError:
        raise ValueError("object does not implement Python buffer protocol.") from None
    length, item = memory.nbytes, kind.itemsize
    if length == 0 or count == 0:
        raise ValueError(f"both buffer length ({length}) and count ({count}) must not be 0")
    if not 0 <= offset < length:
        raise ValueError(
            f"offset ({offset} bytes) must be non-negative and no greater than buffer length ({length} bytes) minus 1"
        )
    if count < 0 and (length - offset) % item:
        raise ValueError(
            f"buffer length ({length} bytes) after offset ({offset} bytes) must be a multiple of element size ({item})"
        )
    if count > 0 and offset + count * item > length:
        raise ValueError(
            f"requested buffer length ({count} * {item} bytes) after offset ({offset} bytes) must not be greater than "
            f"actual buffer length ({length} bytes)"
        )
    array = np.frombuffer(memory, kind, count, offset)
    if not array.flags.writeable:
        warn_once(_BUFFER_NOT_WRITABLE)
        array = array.copy()
    result = made("from_numpy", array, requires_grad, {})
    observer().memory_shared()
    return result


_BUFFER_NOT_WRITABLE = (
    "The given buffer is not writable, and PyTorch does not support non-writable tensors. This means you can write to "
    "the underlying (supposedly non-writable) buffer using the tensor. You may want to copy the buffer to protect its "
    "data or make it writable before converting it to a tensor. This type of warning will be suppressed for the rest "
    "of this program. (Triggered internally at /__w/pytorch/pytorch/torch/csrc/utils/tensor_new.cpp:1556.)"
)


@public(method=False)
def scalar_tensor(s: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **rest: Any) -> Tensor:
    """One number as a tensor without dimensions, of the default floating type unless a dtype is given."""
    kind = options("scalar_tensor", dtype, device, **rest)
    return made("tensor", np.asarray(s, dtype=kind), requires_grad, {"data": s})


def array_of(data: Any, dtype: Dtype | None) -> Array:
    """An array with a copy of numbers, nested sequences, arrays or tensors. Raises in PyTorch's words."""
    if CORE is not None and dtype is None:
        usual: Array | None = CORE.array_of(data, dtypes.default_floating().numpy)
        if usual is not None:
            return usual
    if isinstance(data, np.ndarray | np.generic):
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

    Raises ValueError for integers of more than 64 bits, RuntimeError for other numbers that it cannot hold.
    """
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("Overflow when unpacking long long")
    try:
        whole: int = held(value, kind.numpy)
    except RuntimeError:
        raise RuntimeError(f"value cannot be converted to type {kind.name} without overflow") from None
    return whole


def _tensors_in(data: Any) -> Iterator[Tensor]:
    if isinstance(data, Tensor):
        yield data
    elif isinstance(data, list | tuple) and not _NUMBERS.issuperset(map(type, data)):
        for item in data:
            yield from _tensors_in(item)


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


_WIDEST = {dtypes.FLOATING: np.float64, dtypes.COMPLEX: np.complex128}
COPY_CONSTRUCT = (
    "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
    "sourceTensor.detach().clone().requires_grad_(True), rather than {}(sourceTensor)."
)
_SLOW_LIST = (
    "Creating a tensor from a list of numpy.ndarrays is extremely slow. Please consider converting the list to a "
    "single numpy.ndarray with numpy.array() before converting to a tensor. (Triggered internally at "
    "/__w/pytorch/pytorch/torch/csrc/utils/tensor_new.cpp:252.)"
)
_NEGATIVE_STRIDES = (
    "At least one stride in the given numpy array is negative, and tensors with negative strides are not currently "
    "supported. (You can probably work around this by making a copy of your array  with array.copy().) "
)
_NOT_WRITABLE = (
    "The given NumPy array is not writable, and PyTorch does not support non-writable tensors. This means writing to "
    "this tensor will result in undefined behavior. You may want to copy the array to protect its data or make it "
    "writable before converting it to a tensor. This type of warning will be suppressed for the rest of this program. "
    "(Triggered internally at /__w/pytorch/pytorch/torch/csrc/utils/tensor_numpy.cpp:213.)"
)
