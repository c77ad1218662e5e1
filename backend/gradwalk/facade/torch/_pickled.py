"""How tensors are pickled: as calls, by PyTorch's names, that put each together on a memory of its own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradwalk.engine import FUNCTIONS, Tensor, dtypes
from gradwalk.engine.parameter import Parameter
from gradwalk.engine.storage import Memory, root_of
from gradwalk.engine.tensor import wrap

from ._archives.tensors import attributes_of, lies_within
from .storage import _load_from_bytes
from .utils.hooks import warn_if_has_hooks

_KINDS: Final = {kind.name: kind for kind in (*dtypes.ALL, *dtypes.LONG_UNSIGNED, *dtypes.OF_COMPLEX)}
"""By name: where the facade is not ``torch``, a pickle finds no dtype there."""


def reduced(tensor: Tensor) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """The call that makes a tensor again, for ``pickle``."""
    kind, state = type(tensor), attributes_of(tensor)
    if hasattr(kind, "materialize"):
        return _rebuild_uninitialized, (kind, tensor.requires_grad, tensor.dtype.name, state)
    if isinstance(tensor, Parameter):
        data = wrap(tensor._array, tensor._storage)
        if kind is Parameter and not state:
            return _rebuild_parameter, (data, tensor.requires_grad, OrderedDict())
        return _rebuild_parameter_with_state, (data, tensor.requires_grad, OrderedDict(), state, kind)
    warn_if_has_hooks(tensor)
    storage, array, flags = root_of(tensor._storage), tensor._array, _flags_of(tensor)
    offset, strides = tensor.storage_offset(), tensor.stride()
    if (
        flags
        or storage.base.dtype != array.dtype
        or not lies_within(storage.base.size, offset, array.shape, strides)
    ):
        storage = Memory.kind(np.array(array.conj() if "conj" in flags else -array if "neg" in flags else array))
        offset, strides = 0, wrap(storage.base).stride()
    numbers = _Numbers(storage.flat().tobytes())
    arguments = (numbers, tensor.dtype.name, offset, tuple(array.shape), tuple(strides), tensor.requires_grad, flags)
    if kind is Tensor and not state:
        return _rebuild_tensor_v2, arguments
    return _rebuild_from_type_v2, (_rebuild_tensor_v2, kind, arguments, state)


class _Numbers:
    """A memory, which a pickle loads by PyTorch's name: no file of weights alone may have that."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __reduce__(self) -> Any:
        return _load_from_bytes, (self._data,)


def _flags_of(tensor: Tensor) -> tuple[str, ...]:
    if tensor._array.dtype.kind != "c":
        return ()
    return tuple(name for name in ("conj", "neg") if getattr(tensor, f"is_{name}")())


def _rebuild_tensor_v2(
    data: bytes, kind: str, offset: int, size: tuple[int, ...], strides: tuple[int, ...], requires_grad: bool,
    flags: tuple[str, ...],
) -> Tensor:  # fmt: skip
    numbers = np.frombuffer(data, _KINDS[kind].numpy).copy()
    if not lies_within(numbers.size, offset, size, strides):
        raise RuntimeError("the pickle has a tensor that does not lie within its memory")
    steps = [step * numbers.itemsize for step in strides]
    storage = Memory.kind(numbers)
    storage.version = 1  # PyTorch makes a tensor that is empty and then sets its storage
    tensor = wrap(np.ndarray(size, numbers.dtype, numbers, offset * numbers.itemsize, steps), storage)
    for flag in flags:
        tensor = FUNCTIONS["conj" if flag == "conj" else "_neg_view"](tensor)
    tensor._requires_grad = requires_grad
    return tensor


def _rebuild_parameter(data: Tensor, requires_grad: bool, hooks: Any) -> Parameter:
    return Parameter(data, requires_grad)


def _rebuild_parameter_with_state(
    data: Tensor, requires_grad: bool, hooks: Any, state: dict[str, Any], kind: type[Parameter] = Parameter
) -> Parameter:
    parameter = kind(data, requires_grad)
    vars(parameter).update(state)
    return parameter


def _rebuild_from_type_v2(
    rebuild: Callable[..., Tensor], kind: type, arguments: tuple[Any, ...], state: dict[str, Any]
) -> Tensor:
    tensor = rebuild(*arguments)
    if kind is not Tensor:
        tensor = tensor.as_subclass(kind)
    vars(tensor).update(state)
    return tensor


def _rebuild_uninitialized(kind: Any, requires_grad: bool, of: str, state: dict[str, Any]) -> Any:
    made = kind(requires_grad, dtype=_KINDS[of])
    vars(made).update(state)
    return made


for _one in (_rebuild_from_type_v2, _rebuild_parameter, _rebuild_parameter_with_state, _rebuild_tensor_v2):
    _one.__module__ = f"{__package__}._utils"  # where PyTorch has them, and pickles look for them
