"""Copies between dtypes, and what a tensor says of its dtype and device."""

from __future__ import annotations

from typing import Any

from .. import dtypes, ops
from ..device import CPU, check_device, device
from ..dtypes import FLOATS
from ..dtypes import dtype as Dtype  # noqa: N812 (``dtype`` is an argument's name here)
from ..grad_mode import no_grad
from ..memory_format import lies_in, preserve_format
from ..tensor import Tensor
from .registry import METHODS, public


def cast(self: Tensor, dtype: Dtype) -> Tensor:
    """The tensor in another dtype: itself if it has it already."""
    if self.dtype is dtype:
        return self
    dtype.numpy  # noqa: B018 (a reduced dtype is got ready before the op chooses its way)
    if dtype.category < dtypes.FLOATING:
        with no_grad():  # no gradient can come back: not even a number in the sequence of nodes is used
            return ops.pointwise.to_copy(self, dtype=dtype)
    return ops.pointwise.to_copy(self, dtype=dtype)


@public(function=False)
def to(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    """``to(dtype)``, ``to(device)``, ``to(device, dtype)``, ``to(other)``; a copy where anything changes."""
    if not kwargs.keys() <= _TO:
        raise TypeError(f"to() got unexpected keyword arguments: {kwargs}")
    if args and isinstance(args[0], bool | float | complex):  # which stands for a tensor
        args = (dtypes.OF_PYTHON[type(args[0])], *args[1:])
    if isinstance(kwargs.get("tensor"), bool | int | float | complex):
        kwargs["tensor"] = dtypes.OF_PYTHON[type(kwargs["tensor"])]
    wanted = self.dtype
    places = [kwargs.get("device"), kwargs.get("dtype"), kwargs.get("tensor"), *args]
    for argument in places:
        if isinstance(argument, Dtype):
            wanted = argument
        elif isinstance(argument, Tensor):
            wanted = argument.dtype
        elif isinstance(argument, type) and argument in dtypes.OF_PYTHON:
            wanted = dtypes.OF_PYTHON[argument]
        elif isinstance(argument, str | device | int) and not isinstance(argument, bool):
            check_device(argument)
        elif argument is not None and not isinstance(argument, bool):
            raise TypeError(f"to() received an invalid combination of arguments - got ({type(argument).__name__})")
    flags = [argument for argument in args if isinstance(argument, bool)]
    order = kwargs.get("memory_format")
    if order is not None and order is not preserve_format and not lies_in(self._array, order):
        return ops.pointwise.to_copy_in_format(self, dtype=wanted, memory_format=order)
    if kwargs.get("copy") or flags[1:] == [True]:
        return ops.pointwise.to_copy(self, dtype=wanted)
    return cast(self, wanted)


_TO = frozenset(("device", "dtype", "tensor", "non_blocking", "copy", "memory_format"))


def _publish_cast(name: str, target: Dtype) -> None:
    def method(self: Tensor, *, memory_format: Any = None) -> Tensor:
        if memory_format is None:
            return cast(self, target)
        return to(self, target, memory_format=memory_format)

    public(function=False, name=name)(method)


for _name, _dtype in {
    "float": dtypes.float32, "double": dtypes.float64, "half": dtypes.float16, "bfloat16": dtypes.bfloat16,
    "long": dtypes.int64,
    "int": dtypes.int32, "short": dtypes.int16, "char": dtypes.int8, "byte": dtypes.uint8, "bool": dtypes.bool_,
    "cfloat": dtypes.complex64, "cdouble": dtypes.complex128, "chalf": dtypes.complex32,
}.items():  # fmt: skip
    _publish_cast(_name, _dtype)


@public(function=False, name="type")
def type_(
    self: Tensor, dtype: Dtype | str | None = None, non_blocking: bool = False, *, memory_format: Any = None
) -> Tensor | str:
    """The legacy type name, or with an argument a cast."""
    if memory_format is not None and dtype is not None:
        return to(type_(self, dtype), memory_format=memory_format)  # type: ignore[arg-type]
    if dtype is None:
        return f"torch.{self.dtype.legacy_name}"
    wanted = getattr(dtype, "kind", dtype)
    if wanted is Tensor or wanted == "torch.Tensor":
        return cast(self, dtypes.default_floating())
    if isinstance(wanted, type):
        raise ValueError(f"invalid type: '{wanted.__name__}'")
    if isinstance(wanted, str):
        found = next((t for t in (*dtypes.ALL, *dtypes.LONG_UNSIGNED) if f"torch.{t.legacy_name}" == wanted), None)
        if found is None:
            raise ValueError(f"invalid type: '{wanted}'")
        return cast(self, found)
    if not isinstance(wanted, Dtype):
        raise TypeError("dtype must be a type, str, or dtype object")
    return cast(self, wanted)


METHODS["type_as"] = lambda self, other: cast(self, other.dtype)
METHODS["cpu"] = lambda self, *, memory_format=None: self
METHODS["device"] = property(lambda self: CPU)  # type: ignore[assignment]
METHODS["is_cuda"] = property(lambda self: False)  # type: ignore[assignment]
METHODS["itemsize"] = property(lambda self: self._array.itemsize)  # type: ignore[assignment]
METHODS["nbytes"] = property(lambda self: self._array.nbytes)  # type: ignore[assignment]
METHODS["element_size"] = lambda self: self._array.itemsize
METHODS["is_floating_point"] = lambda self: self._array.dtype.kind in FLOATS


@public(method=False)
def is_floating_point(input: Tensor) -> bool:
    """Whether a tensor's dtype is floating point."""
    return input._array.dtype.kind in FLOATS
