"""How what families publish as methods comes to the class of tensors: each when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..families import Table
from ..names import mark_absent
from ..tensor import Tensor
from ..wrapped import IN_PLACE_OPERATORS, answered
from .arguments import explained
from .signatures import is_recorded
from .uncalled import WRITTEN_IN_PYTHON

Function = Callable[..., Any]


class Methods(Table[Function]):
    """Methods and properties by name. The class of tensors has all of them from the start, and those that are not made
    yet are made by whoever reads, calls or sets one."""

    def __init__(self) -> None:
        super().__init__("method")
        for name in self.declared():
            setattr(Tensor, name, _Waiting(self, name))

    def declare(self, name: str, make: Callable[[], Function]) -> None:
        super().declare(name, make)
        if type(vars(Tensor).get(name)) is not _Waiting:
            setattr(Tensor, name, _Waiting(self, name))

    def __setitem__(self, name: str, method: Function) -> None:
        super().__setitem__(name, method)
        setattr(Tensor, name, _of_tensors(name, method))


class _Waiting:
    """Stands in the class for what is not made yet."""

    __slots__ = ("_methods", "_name")

    def __init__(self, methods: Methods, name: str) -> None:
        self._methods = methods
        self._name = name

    def _loaded(self) -> Any:
        self._methods[self._name]
        return vars(Tensor)[self._name]

    def __get__(self, tensor: Tensor | None, kind: type) -> Any:
        return self._loaded().__get__(tensor, kind)

    def __set__(self, tensor: Tensor, value: object) -> None:
        self._loaded()
        setattr(tensor, self._name, value)

    def __delete__(self, tensor: Tensor) -> None:
        self._loaded()
        delattr(tensor, self._name)


def _of_tensors(name: str, method: Any) -> Any:
    """A method as the class has it: what is refused, or fails, is explained in PyTorch's words."""
    if isinstance(method, property):
        return not_writable(name, method)
    if (
        callable(method)
        and getattr(method, "explains", None) is not method
        and (not name.startswith("__") or name in IN_PLACE_OPERATORS)
    ):
        without = hasattr(method, "__wrapped__") or not is_recorded("Tensor", name)
        straight = getattr(method, "straight", None)
        method = answered(method, name, straight) if without else explained(method, name, "Tensor", straight)
    if name in WRITTEN_IN_PYTHON:
        method.__qualname__ = f"Tensor.{name}"
    return method


def not_writable(name: str, fact: property) -> property:
    """The same fact, refusing to be set in PyTorch's words if it cannot be."""
    if fact.fset is not None:
        return fact

    def refuse(*_: object) -> None:
        raise AttributeError(f"attribute '{name}' of 'torch._C.TensorBase' objects is not writable")

    return property(fact.fget, refuse, refuse, fact.__doc__)


def complete(methods: Methods) -> None:
    """Publish what the class of tensors has from the start, and have it say what it lacks of PyTorch's."""
    for name in ("item", "tolist", "numpy"):
        methods[name] = vars(Tensor)[name]
    for name, fact in list(vars(Tensor).items()):
        if type(fact) is property:
            setattr(Tensor, name, not_writable(name, fact))
    mark_absent(Tensor, "torch.Tensor")
