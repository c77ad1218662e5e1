"""Parameters and buffers: tensors that a module finds among its attributes."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtypes
from .dtypes import INEXACT
from .errors import INFERENCE_REQUIRES_GRAD, NOT_A_FLOAT_LEAF
from .memory_format import preserve_format
from .observe import observer
from .op import OPS
from .storage import Memory, Storage
from .tensor import Tensor, wrap
from .written_in_c import type_name


def leaf_on(kind: type[Tensor], name: str, data: Tensor, requires_grad: bool) -> Any:
    """A leaf of a subclass that shares ``data``'s memory, told to the observer as an application of ``name``."""
    array = data._array
    if requires_grad and array.dtype.kind not in INEXACT:
        raise RuntimeError(NOT_A_FLOAT_LEAF)
    if requires_grad and data._storage.inference and Memory.kind is Storage:
        raise RuntimeError(INFERENCE_REQUIRES_GRAD)
    leaf = object.__new__(kind)
    leaf._array, leaf._storage, leaf._base = array, data._storage, None
    leaf._view_version = data._storage.version
    leaf._grad_fn = leaf._grad = leaf._accumulator = None
    leaf._output_nr = 0
    leaf._mark = -1
    leaf._requires_grad, leaf._retains_grad = bool(requires_grad), False
    observer().op_applied(OPS[name], (data,), {}, (leaf,), None)
    return leaf


def _given(data: Any) -> Tensor:
    """The tensor that was given, or one without elements. Raises AttributeError for anything else."""
    if data is None:
        return wrap(np.zeros(0, dtype=dtypes.default_floating().numpy))
    if not isinstance(data, Tensor):
        raise AttributeError(f"'{type_name(data)}' object has no attribute 'detach'")
    return data


class _KindOfParameter(type):
    """A parameter made of a tensor of somebody's own class is one of that class, which is marked."""

    def __instancecheck__(cls, value: object) -> bool:
        if super().__instancecheck__(value):
            return True
        return cls is Parameter and isinstance(value, Tensor) and getattr(value, "_is_param", False)


class Parameter(Tensor, metaclass=_KindOfParameter):
    """A leaf that shares its data's memory, requires grad unless told otherwise, and says so when printed."""

    __slots__ = ()
    __module__ = "torch.nn.parameter"
    _marks_parameters = True

    def __new__(cls, data: Any = None, requires_grad: bool = True) -> Parameter:
        """Raises RuntimeError for integers that are to require grad."""
        if not isinstance(requires_grad, bool):
            raise TypeError(
                "_make_subclass(): argument 'require_grad' (position 3) must be bool, not " + type_name(requires_grad)
            )
        given = _given(data)
        if not type(given).__module__.startswith(("torch", "gradwalk")):
            return _marked(given, requires_grad)  # type: ignore[no-any-return]
        parameter: Parameter = leaf_on(cls, "Parameter", given, requires_grad)
        return parameter

    def __repr__(self) -> str:
        return "Parameter containing:\n" + super().__repr__()

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        known: Tensor | None = memo.get(id(self))
        if known is None:
            copy = OPS["clone.in_format"](self.data, memory_format=preserve_format)
            known = memo[id(self)] = type(self)(copy, self.requires_grad)  # without what hangs on it, as in PyTorch
        return known

    def __copy__(self) -> Tensor:
        copy = type(self)(self.data, self.requires_grad)
        copy.__dict__.update(self.__dict__)
        return copy


def _marked(data: Any, requires_grad: bool) -> Any:
    """A tensor of somebody's own class as a parameter. Raises RuntimeError where ``detach`` gives no other such."""
    leaf = data.detach().requires_grad_(requires_grad)
    if type(leaf) is not type(data):
        raise RuntimeError(
            f"Creating a Parameter from an instance of type {type(data).__name__} requires that detach() returns an "
            f"instance of the same type, but return type {type(leaf).__name__} was found instead. To use the type as "
            "a Parameter, please correct the detach() semantics defined by its __torch_dispatch__() implementation."
        )
    leaf._is_param = True
    return leaf


class _KindOfBuffer(type):
    """A buffer is a tensor that is marked as one, of no class of its own."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, Tensor) and (cls is not Buffer or "_is_buffer" in value.__dict__)


class Buffer(Tensor, metaclass=_KindOfBuffer):
    """A tensor that a module keeps in its state and does not train."""

    __slots__ = ()
    __module__ = "torch.nn.parameter"

    def __new__(cls, data: Any = None, *, persistent: bool = True) -> Buffer:
        given = _given(data)
        kind = Tensor if isinstance(given, Parameter) else type(given)
        buffer: Buffer = leaf_on(kind, "Buffer", given, given.requires_grad)
        buffer.__dict__["persistent"] = persistent
        buffer.__dict__["_is_buffer"] = True
        return buffer
