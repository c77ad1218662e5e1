"""``torch.jit``: functions run as they are written; what would compile them is refused when it is called.

With ``PYTORCH_JIT=0`` in the environment it gives back what it is given, as PyTorch does then.
"""

from __future__ import annotations

import functools
import os
import warnings
from collections.abc import Callable
from typing import Any, Final

from ._missing import missing
from ._refused import refused
from .nn.modules.module import Module

_REFUSED = refused(
    "torch.jit",
    (
        "script",
        "trace",
        "trace_module",
        "script_method",
        "load",
        "save",
        "freeze",
        "fork",
        "wait",
        "optimize_for_inference",
        "RecursiveScriptModule",
        "ScriptFunction",
        "ScriptModule",
        "TopLevelTracedModule",
        "TracedModule",
    ),
    "functions run as they are written; leave script and trace out",
)
globals().update(_REFUSED)

__all__ = [
    "Final", "TracerWarning", "annotate", "export", "ignore", "is_scripting", "is_tracing",
    "script_if_tracing", "unused", *_REFUSED,
]  # fmt: skip


class TracerWarning(Warning):
    """What tracing would warn of."""

    __module__ = "torch.jit._trace"


def _as_written(name: str) -> Callable[..., Any]:
    def as_written(obj: Any, *args: Any, **kwargs: Any) -> Any:
        text = f"`torch.jit.{name}` is deprecated. Please switch to `torch.compile` or `torch.export`."
        warnings.warn(text, DeprecationWarning, stacklevel=2)
        return obj

    return as_written


class _Plain(Module):
    """What a module to be compiled is when nothing is."""

    def __init__(self, arg: Any = None) -> None:
        super().__init__()


if os.environ.get("PYTORCH_JIT", "").lower() in ("0", "false", "no"):
    script, script_method, trace = map(_as_written, ("script", "script_method", "trace"))
    trace_module = _as_written("trace_method")
    ScriptModule = type("ScriptModule", (_Plain,), {"__module__": "torch.jit._script"})
    RecursiveScriptModule = type("RecursiveScriptModule", (ScriptModule,), {"__module__": "torch.jit._script"})


def annotate(the_type: Any, the_value: Any) -> Any:
    """The value: its type is for the compiler."""
    return the_value


def script_if_tracing(fn: Callable[..., Any]) -> Callable[..., Any]:
    """The function: nothing is traced."""

    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return fn(*args, **kwargs)

    return wrapper


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
