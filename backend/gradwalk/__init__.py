"""Gradwalk: walk through automatic differentiation, step by step, on a drawn computation graph.

    >>> import gradwalk
    >>> t = gradwalk.trace("import torch; x = torch.tensor(3.0, requires_grad=True); (x * x).backward()")
    >>> t.tensors["x"].grad.item()
    6.0

Importing it loads nothing but this file: the names below come from where they are when they are first used.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "AsyncClient": "gradwalk.client",
    "Client": "gradwalk.client",
    "GradwalkError": "gradwalk.errors",
    "Limits": "gradwalk.limits",
    "NotConfined": "gradwalk.walk.local",
    "Walk": "gradwalk.walk.walk",
    "load": "gradwalk.walk.walk",
    "trace": "gradwalk.walk.tracing",
    "watch": "gradwalk.walk.watching",
}

__all__ = [
    "AsyncClient", "Client", "GradwalkError", "Limits", "NotConfined", "Walk", "__version__", "load", "trace", "watch",
]  # fmt: skip

if TYPE_CHECKING:
    from gradwalk.client import AsyncClient, Client
    from gradwalk.errors import GradwalkError
    from gradwalk.limits import Limits
    from gradwalk.walk.local import NotConfined
    from gradwalk.walk.tracing import trace
    from gradwalk.walk.walk import Walk, load
    from gradwalk.walk.watching import watch


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'gradwalk' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    setattr(sys.modules[__name__], name, value)
    return value


def load_ipython_extension(shell: Any) -> None:
    """What ``%load_ext gradwalk`` calls: there is ``%%gradwalk`` from then on."""
    shell.register_magics(importlib.import_module("gradwalk.magic").GradwalkMagics)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
