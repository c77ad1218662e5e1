"""The constructors of old: ``torch.Tensor(...)``, ``torch.FloatTensor(...)`` and their sisters."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..dtypes import Array
from ..ops._words import C_NAMES, label
from ..tensor import Tensor
from .argument_parser import combination
from .nested import array_of
from .registry import LEGACY, METHODS
from .sizes import made
from .storage import set_
from .storages import TypedStorage, UntypedStorage


def construct(
    kind: dtypes.dtype, arguments: tuple[Any, ...], function: str = "new", named: dict[str, Any] | None = None
) -> Tensor:
    """Sizes give a tensor of that shape, a sequence its elements, a tensor itself, a storage a view of it. ``named``
    are arguments by name: the constructors of old know no dtype and no requires_grad. Raises TypeError otherwise."""
    array: Array
    if named:
        arguments = _by_name(arguments, named)
    if len(arguments) == 1 and isinstance(arguments[0], Tensor):
        given = arguments[0]
        if function != "Tensor" and given.dtype is not kind:
            raise TypeError(_OPTIONS.format(*(C_NAMES[t.name] for t in (kind, given.dtype))))
        return made("tensor", given._array, False, {}, (given,))
    if len(arguments) == 1 and isinstance(arguments[0], TypedStorage | UntypedStorage):
        return _of_storage(kind, arguments[0])
    if len(arguments) == 1 and _is_sequence(arguments[0]):
        if isinstance(arguments[0], np.ndarray):
            dtypes.of(arguments[0])
        sizes = arguments[0].__class__.__name__ == "Size"
        array = np.zeros(arguments[0], kind.numpy) if sizes else array_of(arguments[0], kind)
        return made("tensor", array, False, {"data": arguments[0]})
    for place, n in enumerate(arguments, 1):
        if not isinstance(n, int) or isinstance(n, bool):
            if len(arguments) == 1:
                if isinstance(n, str | bytes):
                    raise TypeError(f"new(): invalid data type '{type(n).__name__}'")
                raise TypeError(f"new(): data must be a sequence (got {type(n).__name__})")
            if place > 1:
                raise TypeError(
                    f"new(): argument 'size' failed to unpack the object at pos {place} with error "
                    f'"type must be tuple of ints,but got {type(n).__name__}"'
                )
            raise TypeError(combination("new", _OVERLOADS, arguments, {}))
    shape = arguments or (0,)
    if any(n < 0 for n in shape):
        negative = next(n for n in shape if n < 0)
        raise RuntimeError(
            f"Trying to create tensor with negative dimension {negative}: [{', '.join(map(str, shape))}]"
        )
    return made("empty", np.zeros(shape, kind.numpy), False, {"size": shape})


def _by_name(arguments: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
    """The arguments, with the one that has a name among them; raises TypeError if no overload has the names."""
    rest = {name: value for name, value in named.items() if name != "device"}
    if not rest:
        return arguments
    name, value = next(iter(rest.items()))
    if len(rest) > 1 or arguments or name not in _NAMES:
        raise TypeError(combination("new", _OVERLOADS, arguments, named))
    return tuple(value) if name == "size" and isinstance(value, list | tuple) else (value,)


def _of_storage(kind: dtypes.dtype, storage: TypedStorage | UntypedStorage) -> Tensor:
    """All numbers of a storage, in its memory."""
    if isinstance(storage, TypedStorage) and storage.dtype is not kind:
        names = label(kind.numpy), label(storage.dtype.numpy)
        raise RuntimeError(
            f"Expected a Storage of type {names[0]} or an UntypedStorage, but got type {names[1]} for argument 1 "
            "'storage'"
        )
    return set_(made("empty", np.zeros(0, kind.numpy), False, {"size": (0,)}), storage)


def _is_sequence(value: object) -> bool:
    return isinstance(value, list | tuple | range | np.ndarray)


def _new(cls: type[Tensor], *arguments: Any, **named: Any) -> Tensor:
    """``torch.Tensor(2, 3)``, ``torch.Tensor([1, 2])``: of the default dtype."""
    made = construct(dtypes.default_floating(), arguments, "Tensor", named)
    if cls is not Tensor:
        made.__class__ = cls
    return made


METHODS["__new__"] = staticmethod(_new)


class LegacyType(type):
    """``isinstance(x, torch.FloatTensor)`` asks for the dtype."""

    kind: dtypes.dtype

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, Tensor) and instance.dtype is cls.kind

    def __call__(cls, *arguments: Any, **named: Any) -> Tensor:
        return construct(cls.kind, arguments, named=named)

    def __repr__(cls) -> str:
        return f"<class 'torch.{cls.__name__}'>"


for _kind in dtypes.ALL:
    _name = _kind.legacy_name
    LEGACY[_name] = LegacyType(_name, (), {"kind": _kind, "__module__": "torch", "dtype": _kind})


_REST = (
    "device=cpu, layout=Strided, requires_grad=false (default), pinned_memory=false (default), memory_format=(nullopt))"
)
_OPTIONS = f"expected TensorOptions(dtype={{}}, {_REST} (got TensorOptions(dtype={{}}, {_REST})"

_OVERLOADS = (
    "(*, torch.device device = None)",
    "(torch.Storage storage)",
    "(Tensor other)",
    "(tuple of ints size, *, torch.device device = None)",
    "(object data, *, torch.device device = None)",
)
_NAMES = ("storage", "other", "size", "data")
