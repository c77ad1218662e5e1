"""``torch.autograd``."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.autograd import backward, grad
from gradwalk.engine.custom import Function
from gradwalk.engine.grad_mode import enable_grad, no_grad, set_grad_enabled

from .._missing import missing
from . import function, graph
from .variable import Variable

__all__ = [
    "Function",
    "Variable",
    "backward",
    "enable_grad",
    "function",
    "grad",
    "graph",
    "no_grad",
    "set_grad_enabled",
]


def __getattr__(name: str) -> Any:
    raise missing("torch.autograd", name)
