"""``torch.overrides``: classes and modes that see the calls of PyTorch's functions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

from gradwalk.engine import Tensor
from gradwalk.engine import overrides as _overrides
from gradwalk.engine.overrides import MODES

from ._missing import missing

__all__ = [
    "TorchFunctionMode", "handle_torch_function", "has_torch_function", "has_torch_function_unary",
    "has_torch_function_variadic", "is_tensor_like", "resolve_name", "wrap_torch_function",
]  # fmt: skip


def is_tensor_like(inp: Any) -> bool:
    """Whether it is a tensor or something with ``__torch_function__``."""
    return isinstance(inp, Tensor) or hasattr(inp, "__torch_function__")


def has_torch_function(relevant_args: Iterable[Any]) -> bool:
    """Whether one of the arguments has a ``__torch_function__`` of its own."""
    return bool(MODES) or bool(_overrides.overloaded(tuple(relevant_args)))


def has_torch_function_unary(x: Any) -> bool:
    """Whether one argument has a ``__torch_function__`` of its own."""
    return has_torch_function((x,))


def has_torch_function_variadic(*args: Any) -> bool:
    """The same of several."""
    return has_torch_function(args)


def handle_torch_function(
    public_api: Callable[..., Any], relevant_args: Iterable[Any], *args: Any, **kwargs: Any
) -> Any:
    """What the first of the arguments answers that has something to say. Raises TypeError if none has."""
    return _overrides.dispatched(public_api, _overrides.overloaded(tuple(relevant_args)), args, kwargs)


def wrap_torch_function(dispatcher: Callable[..., Iterable[Any]]) -> Callable[..., Any]:
    """Make a function look first whether the arguments that ``dispatcher`` picks have something to say."""

    def decorate(f: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(f)
        def call(*args: Any, **kwargs: Any) -> Any:
            relevant = dispatcher(*args, **kwargs)
            if has_torch_function(relevant):
                return handle_torch_function(call, relevant, *args, **kwargs)
            return f(*args, **kwargs)

        return call

    return decorate


def resolve_name(f: Callable[..., Any]) -> str:
    """``torch.add`` or ``torch.Tensor.add``."""
    return _overrides.public_name(f)


class TorchFunctionMode:
    """Sees every call of a public function while it is entered; outside of its own ``__torch_function__``."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """What becomes of a call."""
        raise NotImplementedError

    def __enter__(self) -> TorchFunctionMode:
        _overrides.begin()
        MODES.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        MODES.remove(self)


def __getattr__(name: str) -> Any:
    raise missing("torch.overrides", name)
