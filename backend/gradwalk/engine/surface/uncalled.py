"""Methods and functions that were named and not called, as PyTorch shows them: most are built in, and errors say so."""

from __future__ import annotations

from types import FunctionType, MethodType
from typing import Any

from ..tensor import Tensor
from .signatures import is_recorded

WRITTEN_IN_PYTHON = frozenset(
    (
        "backward", "dim_order", "is_shared", "istft", "lu", "module_load", "norm", "register_hook",
        "register_post_accumulate_grad_hook", "share_memory_", "split", "stft", "storage", "unflatten", "unique",
        "unique_consecutive",
    )
)  # fmt: skip
"""Methods that PyTorch has in Python: naming one shows the tensor too."""


class builtin_function_or_method:  # noqa: N801 (errors name the type)
    """A method with its tensor, or a function, of a type that is called as Python calls that of built-in methods."""

    __module__ = "builtins"
    __slots__ = ("__name__", "_method")

    def __init__(self, method: MethodType | FunctionType, name: str) -> None:
        self._method = method
        self.__name__ = name

    @property
    def __self__(self) -> Any:
        """The tensor; of a function the class."""
        return self._method.__self__ if isinstance(self._method, MethodType) else Tensor

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        """What the method says of itself."""
        return self._method.__doc__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._method(*args, **kwargs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, builtin_function_or_method) and self._method == other._method

    def __hash__(self) -> int:
        return hash(self._method)

    def __repr__(self) -> str:
        owner = self.__self__
        return f"<built-in method {self.__name__} of {type(owner).__name__} object at {id(owner):#x}>"


def is_built_in(name: str) -> bool:
    """Whether tensors have a method of that name that is built in in PyTorch."""
    if name.startswith("_") or name in WRITTEN_IN_PYTHON:
        return False
    return isinstance(getattr(Tensor, name, None), FunctionType)


def is_built_in_function(name: str) -> bool:
    """Whether ``torch`` has a function of that name that is built in in PyTorch."""
    return is_recorded("torch", name) and not name.startswith("unique_")


def as_built_in_function(value: Any, name: str) -> Any:
    """``value``, which ``torch.name`` gave: shown as built in if it is ``torch``'s function."""
    is_own = isinstance(value, FunctionType) and getattr(value, "explains", None) is value
    return builtin_function_or_method(value, name) if is_own else value


def as_built_in(value: Any, name: str) -> Any:
    """``value``, which an expression ``x.name`` gave: shown as built in if it is a tensor's method."""
    if type(value) is MethodType and isinstance(value.__self__, Tensor) and value.__func__ is _own(value, name):
        return builtin_function_or_method(value, name)
    return value


def _own(method: MethodType, name: str) -> Any:
    """What the class of all tensors has under a name, if the tensor's own class has nothing else."""
    own = getattr(type(method.__self__), name, None)
    return own if own is getattr(Tensor, name, None) else None
