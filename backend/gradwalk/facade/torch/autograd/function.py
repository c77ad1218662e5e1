"""``torch.autograd.function``."""

from __future__ import annotations

from gradwalk.engine.custom import Function, FunctionCtx
from gradwalk.engine.once_differentiable import once_differentiable

__all__ = ["Function", "FunctionCtx", "InplaceFunction", "once_differentiable"]


class InplaceFunction(Function):
    """An older name for a base of custom functions."""
