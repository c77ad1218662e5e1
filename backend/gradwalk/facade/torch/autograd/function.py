"""``torch.autograd.function``."""

from __future__ import annotations

from gradwalk.engine.custom.context import FunctionCtx
from gradwalk.engine.custom.function import Function
from gradwalk.engine.custom.once_differentiable import once_differentiable

__all__ = ["Function", "FunctionCtx", "InplaceFunction", "once_differentiable"]


class InplaceFunction(Function):
    """An older name for a base of custom functions."""
