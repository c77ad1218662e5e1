"""``torch.jit``: functions run as they are written; what would compile them is refused when it is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ._missing import missing
from ._refused import refused

_INSTEAD = "functions run as they are written; leave script and trace out"
_REFUSED = refused(
    "torch.jit",
    ("script", "trace", "trace_module", "script_method", "load", "save", "freeze", "fork", "wait", "script_if_tracing",
     "optimize_for_inference"),
    _INSTEAD,
)
_COMPILED = {
    name: type(name, (), {"__module__": "torch.jit", "__new__": refuse, "__init_subclass__": refuse})
    for name, refuse in refused(
        "torch.jit",
        ("RecursiveScriptModule", "ScriptFunction", "ScriptModule", "TopLevelTracedModule", "TracedModule"),
        _INSTEAD,
    ).items()
}
"""Classes of what compiling would give: nothing is of them, as whoever asks is told."""
globals().update(_REFUSED | _COMPILED)

__all__ = [
    "Final", "TracerWarning", "annotate", "export", "ignore", "is_scripting", "is_tracing", "unused", *_REFUSED,
    *_COMPILED,
]  # fmt: skip


class TracerWarning(Warning):
    """What tracing would warn of."""

    __module__ = "torch.jit._trace"


def annotate(the_type: Any, the_value: Any) -> Any:
    """The value: its type is for the compiler."""
    return the_value


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
