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


class Parameter(Tensor):
    """A leaf that shares its data's memory, requires grad unless told otherwise, and says so when printed."""

    __slots__ = ()
    __module__ = "torch.nn.parameter"

    def __new__(cls, data: Any = None, requires_grad: bool = True) -> Parameter:
        """Raises RuntimeError for integers that are to require grad."""
        if not isinstance(requires_grad, bool):
            raise TypeError(
                "_make_subclass(): argument 'require_grad' (position 3) must be bool, not " + type_name(requires_grad)
            )
        parameter: Parameter = leaf_on(cls, "Parameter", _given(data), requires_grad)
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
