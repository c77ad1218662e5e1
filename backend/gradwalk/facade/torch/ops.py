"""``torch.ops``: operators by namespace; a program's own, and of ``aten`` those that functions here stand for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from gradwalk.engine.surface.registry import METHODS

from ._custom_ops import OPERATORS, CustomOpDef

_TORCH = __name__.rpartition(".")[0]


class OpOverload:
    """One overload of an operator."""

    __module__ = "torch._ops"

    def __init__(self, packet: OpOverloadPacket, overload: str) -> None:
        self.overloadpacket, self._overloadname = packet, overload
        self.namespace = packet.namespace
        self.__name__ = f"{packet.__name__}.{overload}"

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """What the operator gives."""
        return self.overloadpacket(*args, **kwargs)

    def name(self) -> str:
        """``namespace::name.overload``."""
        end = "" if self._overloadname == "default" else f".{self._overloadname}"
        return f"{self.namespace}::{self.overloadpacket.__name__}{end}"

    def __str__(self) -> str:
        return f"{self.namespace}.{self.__name__}"

    def __repr__(self) -> str:
        place = f"{self.namespace}.{self.overloadpacket.__name__}"
        return f"<OpOverload(op='{place}', overload='{self._overloadname}')>"


class OpOverloadPacket:
    """An operator."""

    __module__ = "torch._ops"

    def __init__(self, namespace: str, name: str, call: Callable[..., Any]) -> None:
        self.namespace, self.__name__, self._call = namespace, name, call

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """What the operator gives."""
        return self._call(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or (name != "default" and self.namespace != "aten"):
            raise AttributeError(f"The underlying op of '{self}' has no overload name '{name}'")
        made = self.__dict__[name] = OpOverload(self, name)
        return made

    def __str__(self) -> str:
        return f"{self.namespace}.{self.__name__}"

    def __repr__(self) -> str:
        return f"<OpOverloadPacket(op='{self}')>"


class _OpNamespace(ModuleType):
    """The operators of a namespace."""

    def __getattr__(self, name: str) -> Any:
        found = OPERATORS.get(f"{self.__name__}::{name}") or (_of_aten(name) if self.__name__ == "aten" else None)
        if found is None:
            raise AttributeError(f"'_OpNamespace' '{self.__name__}' object has no attribute '{name}'")
        made = self.__dict__[name] = OpOverloadPacket(self.__name__, name, found)
        return made

    def __repr__(self) -> str:
        return f"<module 'torch.ops.{self.__name__}' from 'torch.ops'>"


def _of_aten(name: str) -> Any:
    """The function or method that does what an operator of PyTorch's does; None where there is none."""
    torch: Any = sys.modules[_TORCH]
    if name.startswith("__"):
        return None
    if name in _WITH_GAPS:
        return _WITH_GAPS[name]
    if name in torch.__all__ and callable(getattr(torch, name)):
        return getattr(torch, name)
    return METHODS.get(name)


def _index(self: Any, indices: Sequence[Any]) -> Any:
    """A tensor indexed by tensors, one for each dimension; None leaves a dimension as it is."""
    if not indices:
        raise IndexError("at least one index must be provided")
    return self[_key(indices)]


def _index_put(self: Any, indices: Sequence[Any], values: Any, accumulate: bool = False) -> Any:
    return _index_put_(self.clone(), indices, values, accumulate)


def _index_put_(self: Any, indices: Sequence[Any], values: Any, accumulate: bool = False) -> Any:
    if None not in [None if x is None else 0 for x in indices]:
        return METHODS["index_put_"](self, indices, values, accumulate)
    if accumulate:
        raise NotImplementedError(
            "Gradwalk's torch.ops.aten.index_put adds up only where each dimension has an index: write "
            "tensor[key] += values, or give an index for each."
        )
    self[_key(indices)] = values
    return self


def _key(indices: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(slice(None) if index is None else index for index in indices)


_WITH_GAPS: dict[str, Callable[..., Any]] = {"index": _index, "index_put": _index_put, "index_put_": _index_put_}
"""Operators that take None among their indices, which the functions of the same names do not."""


def overload_of(operator: CustomOpDef) -> Any:
    """The overload of a program's own operator."""
    return getattr(namespace(operator._namespace), operator._name).default


_SPACES: dict[str, Any] = {}


def namespace(name: str) -> Any:
    """``torch.ops.name``."""
    if name not in _SPACES:
        _SPACES[name] = _OpNamespace(name)
    return _SPACES[name]


class _Ops(ModuleType):
    """The namespaces, each made when it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return namespace(name)

    def __repr__(self) -> str:
        return "<module 'torch.ops' from '_ops.py'>"


sys.modules[__name__].__class__ = _Ops
