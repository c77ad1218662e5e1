"""``torch.compile`` and ``torch.compiler``: functions run as they are written, so that every step can be shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradwalk.engine.warn import warn_once, was_given

from ._missing import missing

__all__ = ["allow_in_graph", "disable", "is_compiling", "list_backends", "reset"]

_AS_WRITTEN = (
    "Gradwalk runs what torch.compile is given as it is written: the results are the same, and every step can be seen."
)


def compile(model: Any = None, **options: Any) -> Any:
    """The function itself, a module around the module, or a decorator that gives it."""
    warn_once(_AS_WRITTEN)
    if model is None:
        return lambda function: compile(function)
    if not callable(model):
        raise AssertionError(f"A callable function is expected, but {type(model)} is provided.")
    if hasattr(model, "_modules"):
        from ._optimized import OptimizedModule  # which loads torch.nn

        return OptimizedModule(model)
    return model


def was_asked() -> bool:
    """Whether the program has asked for anything to be compiled: it need not be told that it may."""
    return was_given(_AS_WRITTEN)


def is_compiling() -> bool:
    """Never."""
    return False


def disable(fn: Callable[..., Any] | None = None, recursive: bool = True, **options: Any) -> Any:
    """The function itself, or a decorator that gives it."""
    return fn if fn is not None else lambda function: function


def allow_in_graph(fn: Any) -> Any:
    """The function itself."""
    return fn


def list_backends(exclude_tags: Any = ("debug", "experimental")) -> list[str]:
    """What ``torch.compile`` may be told to compile with."""
    return ["cudagraphs", "inductor", "openxla", "tvm"]


def reset() -> None:
    """There is nothing to forget."""


def __getattr__(name: str) -> Any:
    raise missing("torch.compiler", name)
