"""``torch.jit``: functions run as they are written; what would compile them is refused when it is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ._missing import missing
from ._refused import refused

_REFUSED = refused(
    "torch.jit",
    ("script", "trace", "trace_module", "script_method", "load", "save", "freeze", "fork", "wait", "script_if_tracing"),
    "functions run as they are written; leave script and trace out",
)
globals().update(_REFUSED)

__all__ = ["Final", "export", "ignore", "is_scripting", "is_tracing", "unused", *_REFUSED]


def ignore(drop: Any = False, **kwargs: Any) -> Any:
    """Marks a function for the compiler, and leaves it as it is."""
    return drop if callable(drop) else lambda f: f


def unused(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a function for the compiler, and leaves it as it is."""
    return fn


export = unused


def is_scripting() -> bool:
    """Never: nothing is compiled."""
    return False


is_tracing = is_scripting


def __getattr__(name: str) -> Any:
    raise missing("torch.jit", name)
