"""``torch.jit``: what is scripted or traced runs as the Python that it was written as, op by op.

With ``PYTORCH_JIT=0`` in the environment it gives back what it is given, as PyTorch does then.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any, Final

from .._missing import missing
from .._refused import refused
from ._deprecated import deprecated
from ._files import load, save
from ._futures import Future, fork, wait
from ._script import (
    RecursiveScriptModule,
    ScriptFunction,
    ScriptModule,
    export,
    ignore,
    is_scripting,
    script,
    script_method,
    unused,
)
from ._trace import TopLevelTracedModule, TracedModule, TracerWarning, is_tracing, trace, trace_module

_REFUSED = refused(
    "torch.jit",
    ("freeze", "optimize_for_inference", "set_fusion_strategy", "onednn_fusion_enabled", "enable_onednn_fusion"),
    "functions run as they are written; leave it out",
)
globals().update(_REFUSED)

__all__ = [
    "Final", "Future", "RecursiveScriptModule", "ScriptFunction", "ScriptModule", "TopLevelTracedModule",
    "TracedModule", "TracerWarning", "annotate", "export", "fork", "ignore", "is_scripting", "is_tracing", "isinstance",
    "load", "save", "script", "script_if_tracing", "script_method", "trace", "trace_module", "unused", "wait",
    *_REFUSED,
]  # fmt: skip

_isinstance = isinstance


def _as_written(name: str) -> Callable[..., Any]:
    def as_written(obj: Any, *args: Any, **kwargs: Any) -> Any:
        deprecated(name)
        return obj

    return as_written


if os.environ.get("PYTORCH_JIT", "").lower() in ("0", "false", "no"):
    from ..nn.modules.module import Module

    class _Plain(Module):
        """What a module to be compiled is when nothing is."""

        def __init__(self, arg: Any = None) -> None:
            super().__init__()

    script, script_method, trace = map(_as_written, ("script", "script_method", "trace"))
    trace_module = _as_written("trace_method")
    _plain = type("ScriptModule", (_Plain,), {"__module__": "torch.jit._script"})
    globals().update(
        ScriptModule=_plain,
        RecursiveScriptModule=type("RecursiveScriptModule", (_plain,), {"__module__": "torch.jit._script"}),
    )


def annotate(the_type: Any, the_value: Any) -> Any:
    """The value: its type is for the compiler."""
    return the_value


def isinstance(obj: Any, target_type: Any) -> bool:
    """Python's, of a type without what it holds."""
    return _isinstance(obj, getattr(target_type, "__origin__", target_type))


def script_if_tracing(fn: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which takes every way also where a trace is made."""

    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return (script(fn) if is_tracing() else fn)(*args, **kwargs)

    return wrapper


def __getattr__(name: str) -> Any:
    raise missing("torch.jit", name)
